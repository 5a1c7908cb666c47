import { FilterPatternError } from "./errors.ts";
import type { SelectorNode, SelectorStep } from "./nodes.ts";

const STEP =
  /\.(?<name>[\p{L}\p{N}_-]+)|(?<anyKey>\.\*)|\.?\['(?<key>[^']+)'\]|\[(?:(?<index>\d{1,9})|(?<anyIndex>\*))\]/uy;

/**
 * Reads a selector such as `$.users[0].email`, `$.['cluster.name']` or `$.actions[*]`.
 * @param offset where the selector stands in its pattern, for the error
 */
export function parseSelector(text: string, offset = 0): SelectorNode {
  const fail = (message: string, from = 0): never => {
    throw new FilterPatternError(message, offset + from, offset + text.length);
  };
  if (!text.startsWith("$")) return fail("A selector starts with $.");
  const steps: SelectorStep[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) {
      return fail(
        `The selector ${text} is not understood from here on. Write $.name, $.['a key with other characters'], $.list[0], $.list[*] or $.object.*.`,
        at,
      );
    }
    const { name, key, index, anyKey } = found.groups ?? {};
    const named = name ?? key;
    if (named !== undefined) steps.push(Object.freeze({ kind: "key", key: named }));
    else if (index !== undefined) steps.push(Object.freeze({ kind: "index", index: Number(index) }));
    else steps.push(Object.freeze({ kind: anyKey === undefined ? "anyIndex" : "anyKey" }));
    at += found[0].length;
  }
  if (steps.length === 0) return fail("A selector names a field: $.name.");
  if (steps.filter(isWildcard).length > 1) return fail("A selector holds at most one wildcard.");
  return Object.freeze({ text, steps: Object.freeze(steps) });
}

export function isWildcard(step: SelectorStep): boolean {
  return step.kind === "anyKey" || step.kind === "anyIndex";
}
