import { compileGlob, type Glob, type GlobAtom } from "./glob.ts";
import type { FilledPart } from "./template.ts";

/**
 * What a variable brings is text: its `*` is a star and no wildcard, so that no tag and no name can widen a policy.
 */
export function atomsOf(parts: readonly FilledPart[]): readonly GlobAtom[] {
  return parts.flatMap(({ text, literal }) => (literal ? [{ kind: "text", text } as const] : wildcards(text)));
}

/** Reads `*` and `?` in plain text. */
function wildcards(text: string): readonly GlobAtom[] {
  return text
    .split(/([*?])/)
    .filter((piece) => piece !== "")
    .map((piece): GlobAtom => {
      if (piece === "*") return { kind: "any" };
      return piece === "?" ? { kind: "one" } : { kind: "text", text: piece };
    });
}

/** Actions and StringLike: a star is any text. */
export const freePattern = (parts: readonly FilledPart[]): Glob => compileGlob(atomsOf(parts));

/** Colons before the last, free part of an ARN. */
const ARN_COLONS = 5;

/**
 * Resources: a star in one of an ARN's first five segments reaches beyond the segment only where it ends it (IAM user
 * guide, "Resource": "if the * wildcard is the last character of a segment, it can expand beyond the colon boundaries").
 */
export function resourcePattern(parts: readonly FilledPart[]): Glob {
  const atoms = atomsOf(parts);
  let colons = 0;
  return compileGlob(
    atoms.map((atom, at): GlobAtom => {
      if (atom.kind === "text") colons += atom.text.split(":").length - 1;
      if (atom.kind !== "any" || colons >= ARN_COLONS) return atom;
      const next = atoms[at + 1];
      const ends = next === undefined || next.kind === "any" || (next.kind === "text" && next.text.startsWith(":"));
      return ends ? atom : { kind: "segment" };
    }),
  );
}

/**
 * Conditions on ARNs: each of the six components is matched for itself, so a star never passes a colon but in the last.
 * A pattern of fewer components fits only if it ends with `*`, which then stands for the missing ones as well.
 */
export function arnPattern(parts: readonly FilledPart[]): Glob {
  const components: GlobAtom[][] = [[]];
  for (const atom of atomsOf(parts)) {
    if (atom.kind !== "text") {
      components.at(-1)?.push(atom);
      continue;
    }
    // A colon that a variable brings is a colon: its value may be a whole ARN.
    for (const [index, text] of atom.text.split(":").entries()) {
      if (index > 0) {
        if (components.length <= ARN_COLONS) components.push([]);
        else components.at(-1)?.push({ kind: "text", text: ":" });
      }
      if (text !== "") components.at(-1)?.push({ kind: "text", text });
    }
  }
  const open = components.length <= ARN_COLONS && components.at(-1)?.at(-1)?.kind === "any";
  if (components.length <= ARN_COLONS && !open) return () => false;
  const globs = components.map((atoms) => compileGlob(atoms));
  return (text) => {
    const found = splitArn(text);
    return found !== undefined && globs.every((glob, at) => glob(found[at] ?? ""));
  };
}

/** The six components of an ARN; undefined for what is none. */
function splitArn(text: string): readonly string[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const components: string[] = [];
  let at = 0;
  for (let count = 0; count < ARN_COLONS; count++) {
    const colon = text.indexOf(":", at);
    if (colon < 0) return undefined;
    components.push(text.slice(at, colon));
    at = colon + 1;
  }
  components.push(text.slice(at));
  return components;
}
