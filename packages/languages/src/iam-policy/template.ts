import type { RequestContext } from "./context.ts";
import { compileGlob, type Glob, type GlobAtom } from "./glob.ts";
import type { PolicyVersion } from "./nodes.ts";

/**
 * Text of a policy with its variables: `${aws:username}`, with a default `${aws:username, 'nobody'}`, and `${*}`, `${?}`
 * and `${$}` for the characters themselves (IAM user guide, "Policy variables and tags").
 */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly key: string; readonly fallback: string | undefined }
  | { readonly kind: "escaped"; readonly text: string };

const VARIABLE = /\$\{([^}]*)\}/g;
const BODY = /^\s*([A-Za-z0-9_-]+:[^,'\s]+)\s*(?:,\s*'([^']*)'\s*)?$/;

export function parseTemplate(text: string, version: PolicyVersion): readonly TemplatePart[] {
  if (version === "2008-10-17" || !text.includes("${")) return [{ kind: "text", text }];
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const body = match[1] ?? "";
    const variable = BODY.exec(body);
    const escaped = body === "*" || body === "?" || body === "$";
    // What is no variable is text, as AWS takes it.
    if (variable === null && !escaped) continue;
    if (match.index > at) parts.push({ kind: "text", text: text.slice(at, match.index) });
    parts.push(
      escaped
        ? { kind: "escaped", text: body }
        : { kind: "variable", key: variable?.[1] ?? "", fallback: variable?.[2] },
    );
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
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

/** How the stars of a pattern are read. */
export type StarStyle = "free" | "arn";

/**
 * Compiles a pattern that may hold variables. A variable without value makes the pattern match nothing. What a variable
 * brings is text: its `*` is a star and no wildcard, so that no tag can widen a policy.
 */
export function compileTemplate(
  text: string,
  version: PolicyVersion,
  style: StarStyle,
  fold: (text: string) => string = (same) => same,
): (candidate: string, context: RequestContext) => boolean {
  const parts = parseTemplate(text, version);
  const fixed = parts.every((part) => part.kind !== "variable");
  if (fixed) {
    const glob = globOf(parts, style, fold, undefined);
    return glob === undefined ? () => false : (candidate) => glob(fold(candidate));
  }
  return (candidate, context) => globOf(parts, style, fold, context)?.(fold(candidate)) ?? false;
}

function globOf(
  parts: readonly TemplatePart[],
  style: StarStyle,
  fold: (text: string) => string,
  context: RequestContext | undefined,
): Glob | undefined {
  const atoms: GlobAtom[] = [];
  for (const part of parts) {
    if (part.kind === "text") atoms.push(...wildcards(fold(part.text)));
    else if (part.kind === "escaped") atoms.push({ kind: "text", text: part.text });
    else {
      const value = context && variableValue(part, context);
      if (value === undefined) return undefined;
      atoms.push({ kind: "text", text: fold(value) });
    }
  }
  return compileGlob(style === "arn" ? segmentStars(atoms) : atoms);
}

/** Reads `*` and `?` in plain text. */
export function wildcards(text: string): readonly GlobAtom[] {
  return text
    .split(/([*?])/)
    .filter((piece) => piece !== "")
    .map((piece): GlobAtom => {
      if (piece === "*") return { kind: "any" };
      return piece === "?" ? { kind: "one" } : { kind: "text", text: piece };
    });
}

/** Colons before the last, free part of an ARN. */
const ARN_COLONS = 5;

/**
 * A star in one of an ARN's first five segments reaches beyond the segment only where it ends it (IAM user guide,
 * "Resource": "if the * wildcard is the last character of a segment, it can expand beyond the colon boundaries").
 */
function segmentStars(atoms: readonly GlobAtom[]): readonly GlobAtom[] {
  if (atoms.length === 1) return atoms;
  let colons = 0;
  return atoms.map((atom, at): GlobAtom => {
    if (atom.kind === "text") colons += atom.text.split(":").length - 1;
    if (atom.kind !== "any" || colons >= ARN_COLONS) return atom;
    const next = atoms[at + 1];
    const ends = next === undefined || next.kind === "any" || (next.kind === "text" && next.text.startsWith(":"));
    return ends ? atom : { kind: "segment" };
  });
}
