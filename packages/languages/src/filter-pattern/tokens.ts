import { FilterPatternError } from "./errors.ts";
import type { RegexNode } from "./nodes.ts";
import { isBlank, readQuoted, readRegex } from "./quoted.ts";

/** A token of a JSON or space-delimited pattern. Offsets are UTF-16 positions in the pattern, end exclusive. */
export type Token = (
  | { readonly kind: "symbol"; readonly text: string }
  /** Names, keywords, numbers and unquoted values, told apart by where they stand. */
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "selector"; readonly text: string }
  | { readonly kind: "quoted"; readonly value: string }
  | { readonly kind: "regex"; readonly value: RegexNode }
  | { readonly kind: "end" }
) & { readonly start: number; readonly end: number };

/** Longest first, so that `<=` is not read as `<`. */
const SYMBOLS = ["...", "&&", "||", "!=", "<=", ">=", "=", "<", ">", "(", ")", "{", "}", "[", "]", ","];
const WORD = /(?!\.\.\.)[\p{L}\p{N}_.*+-]+?(?=\.\.\.|[^\p{L}\p{N}_.*+-]|$)/uy;
/** Loose on purpose: the selector's parser says what is wrong inside it. */
const SELECTOR = /\$(?:\.?\['[^']*'\]|\[[^\]]*\]|\.[\p{L}\p{N}_*-]*|[\p{L}\p{N}_-]+)*/uy;

/** @returns the tokens, the last of kind "end" */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(text[at])) at++;
    if (at >= text.length) break;
    const token = readToken(text, at);
    tokens.push(Object.freeze(token));
    at = token.end;
  }
  tokens.push(Object.freeze({ kind: "end", start: text.length, end: text.length }));
  return Object.freeze(tokens);
}

function readToken(text: string, start: number): Token {
  const char = text[start];
  if (char === '"') {
    const { value, end } = readQuoted(text, start);
    return { kind: "quoted", value, start, end };
  }
  if (char === "%") {
    const { value, end } = readRegex(text, start);
    return { kind: "regex", value, start, end };
  }
  if (char === "$") {
    const selector = match(SELECTOR, text, start) ?? "$";
    return { kind: "selector", text: selector, start, end: start + selector.length };
  }
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol !== undefined) return { kind: "symbol", text: symbol, start, end: start + symbol.length };
  const word = match(WORD, text, start);
  if (word !== undefined) return { kind: "word", text: word, start, end: start + word.length };
  const wrong = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw new FilterPatternError(
    `Unexpected character ${JSON.stringify(wrong)}. Put values with other characters than letters, digits, _ and . in double quotes.`,
    start,
    start + wrong.length,
  );
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
