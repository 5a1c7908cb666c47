import { FilterPatternError } from "./errors.ts";
import type { TermsPattern, TextNode } from "./nodes.ts";
import { isBlank, readQuoted, readRegex } from "./quoted.ts";

const WORD = /[\p{L}\p{N}_]+/uy;

/** Reads `ERROR -"disk full" ?a ?%b%`: terms, phrases and regular expressions, each with an optional sign. */
export function parseTerms(text: string): TermsPattern {
  const lists: Record<"required" | "excluded" | "optional", TextNode[]> = { required: [], excluded: [], optional: [] };
  let regexCount = 0;
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const start = at;
    const sign = text[at];
    let list = lists.required;
    if (sign === "-") {
      list = lists.excluded;
      at = skipBlanks(text, at + 1);
    } else if (sign === "?") {
      list = lists.optional;
      at++;
    }
    const term = readTerm(text, at, start);
    if (list === lists.excluded && term.node.kind === "literal" && term.node.text === "") {
      throw new FilterPatternError("An empty phrase is in every event; excluding it excludes all.", start, term.end);
    }
    if (term.node.kind === "regex") regexCount++;
    list.push(term.node);
    at = term.end;
    if (at < text.length && !isBlank(text[at])) {
      throw new FilterPatternError(
        `Invalid character in a term: ${JSON.stringify(charAt(text, at))}. Put terms with other characters than letters, digits and _ in double quotes, and a blank between terms.`,
        start,
        at + 1,
      );
    }
    at = skipBlanks(text, at);
  }
  // A lone blank phrase is how clients that insist on a pattern ask for everything.
  const [only, ...others] = [...lists.required, ...lists.excluded, ...lists.optional];
  const all = others.length === 0 && lists.excluded.length === 0 && only?.kind === "literal" && only.text.trim() === "";
  return Object.freeze({
    language: "terms",
    required: Object.freeze(all ? [] : lists.required),
    excluded: Object.freeze(lists.excluded),
    optional: Object.freeze(all ? [] : lists.optional),
    regexCount,
  });
}

function readTerm(text: string, at: number, start: number): { node: TextNode; end: number } {
  const char = text[at];
  if (char === '"') {
    const { value, end } = readQuoted(text, at);
    return { node: Object.freeze({ kind: "literal", text: value }), end };
  }
  if (char === "%") {
    const { value, end } = readRegex(text, at);
    return { node: value, end };
  }
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) return { node: Object.freeze({ kind: "literal", text: word }), end: at + word.length };
  if (char === undefined || isBlank(char)) {
    throw new FilterPatternError(`A term is missing after "${text[start]}".`, start, start + 1);
  }
  throw new FilterPatternError(
    `Invalid character in a term: ${JSON.stringify(charAt(text, at))}. Put terms with other characters than letters, digits and _ in double quotes.`,
    at,
    at + charAt(text, at).length,
  );
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function skipBlanks(text: string, at: number): number {
  while (isBlank(text[at])) at++;
  return at;
}
