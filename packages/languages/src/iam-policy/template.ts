import type { RequestContext } from "./context.ts";
import type { PolicyVersion } from "./nodes.ts";

/**
 * Text of a policy with its variables: `${aws:username}`, with a default `${aws:username, 'nobody'}`, and `${*}`, `${?}`
 * and `${$}` for the characters themselves (IAM user guide, "Policy variables and tags").
 */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly key: string; readonly fallback: string | undefined }
  | { readonly kind: "escaped"; readonly text: string };

export function parseTemplate(text: string, version: PolicyVersion): readonly TemplatePart[] {
  if (version === "2008-10-17" || !text.includes("${")) return [{ kind: "text", text }];
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open >= 0; open = text.indexOf("${", open + 2)) {
    const close = text.indexOf("}", open);
    if (close < 0) break;
    const part = readBody(text.slice(open + 2, close));
    // What is no variable is text, as AWS takes it.
    if (part === undefined) continue;
    if (open > at) parts.push({ kind: "text", text: text.slice(at, open) });
    parts.push(part);
    at = close + 1;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

function readBody(body: string): TemplatePart | undefined {
  if (body === "*" || body === "?" || body === "$") return { kind: "escaped", text: body };
  const comma = body.indexOf(",");
  const key = (comma < 0 ? body : body.slice(0, comma)).trim();
  if (!/^[^\s:'"]+:[^'"]+$/.test(key)) return undefined;
  if (comma < 0) return { kind: "variable", key, fallback: undefined };
  const quoted = body.slice(comma + 1).trim();
  const fallback = quoted.slice(1, -1);
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'") || fallback.includes("'")) return undefined;
  return { kind: "variable", key, fallback };
}

/** The value that a variable has in a request; undefined when it has none, or more than one. */
export function variableValue(
  part: { readonly key: string; readonly fallback: string | undefined },
  context: RequestContext,
): string | undefined {
  const value = context.value(part.key);
  const single = typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined;
  return single ?? part.fallback;
}

/** A text whose variables have their values: what a variable brought, and what was escaped, is literal. */
export interface FilledPart {
  readonly text: string;
  readonly literal: boolean;
}

/** Says of a candidate whether a text of a policy fits it. */
export type TextMatcher = (candidate: string, context: RequestContext) => boolean;

/**
 * Makes a matcher of a text that may hold variables. `build` is called once for a text without them; else whenever their
 * values are others than the time before. A variable without value makes the answer `unresolved`, whatever the candidate.
 */
export function compileTemplate(
  text: string,
  version: PolicyVersion,
  unresolved: boolean,
  build: (parts: readonly FilledPart[]) => (candidate: string) => boolean,
): TextMatcher {
  const parts = parseTemplate(text, version);
  const variables = parts.filter((part) => part.kind === "variable");
  if (variables.length === 0) {
    const fits = build(parts.map((part) => ({ text: textOf(part), literal: part.kind === "escaped" })));
    return (candidate) => fits(candidate);
  }
  let last: { readonly values: readonly string[]; readonly fits: (candidate: string) => boolean } | undefined;
  return (candidate, context) => {
    const values: string[] = [];
    for (const variable of variables) {
      const value = variableValue(variable, context);
      if (value === undefined) return unresolved;
      values.push(value);
    }
    if (last === undefined || last.values.some((value, at) => value !== values[at])) {
      let at = 0;
      const filled = parts.map(
        (part): FilledPart =>
          part.kind === "variable"
            ? { text: values[at++] ?? "", literal: true }
            : { text: part.text, literal: part.kind === "escaped" },
      );
      last = { values, fits: build(filled) };
    }
    return last.fits(candidate);
  };
}

const textOf = (part: TemplatePart): string => (part.kind === "variable" ? "" : part.text);
