import type { QueryParameter } from "./query-definition.ts";

/** A rule that the parameters of a saved query break; the message is for the caller. */
export class ParametersRefused extends Error {
  override readonly name = "ParametersRefused";
}

const PLACEHOLDER = /\{\{([a-zA-Z_][a-zA-Z0-9_]*)\}\}/g;

/** Names of the placeholders `{{name}}` in a query's text, each once, in order of appearance. */
export function placeholdersOf(queryString: string): string[] {
  return [...new Set(Array.from(queryString.matchAll(PLACEHOLDER), ([, name]) => name ?? ""))];
}

/**
 * Checks what the model's constraints don't: no parameter twice, and once there are parameters, no placeholder without
 * one. A text without parameters may hold anything.
 * @throws ParametersRefused
 */
export function checkParameters(queryString: string, parameters: readonly QueryParameter[]): void {
  const names = new Set<string>();
  for (const { name } of parameters) {
    if (names.has(name)) throw new ParametersRefused(`The query parameter ${name} is given twice.`);
    names.add(name);
  }
  const missing = names.size === 0 ? undefined : placeholdersOf(queryString).find((name) => !names.has(name));
  if (missing !== undefined) {
    throw new ParametersRefused(`The query string refers to {{${missing}}}, which is not among the parameters.`);
  }
}
