import { quoted } from "../syntax/language-error.ts";
import { type TokenOf, tokensOf } from "../syntax/tokens.ts";
import { MetricMathError } from "./nodes.ts";

/** "id" begins with a lower-case letter, "word" with an upper-case one. */
type Kind = "number" | "text" | "id" | "word" | "symbol";
export type Token = TokenOf<Kind | "end">;

/** Longest first. */
const SYMBOLS = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ","];
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z][A-Za-z0-9_]*/y;
/** What people paste out of a word processor, as a page of the guide does. */
const CURLY_QUOTES = "\u2018\u2019\u201c\u201d";

/** Splits an expression into tokens, the last of kind "end". */
export const tokenize = (text: string): readonly Token[] => tokensOf(text, readToken);

function readToken(text: string, start: number): TokenOf<Kind> {
  const char = text.charAt(start);
  if (char === "'" || char === '"') return readText(text, start, char);
  const number = match(NUMBER, text, start);
  if (number !== undefined) {
    const end = start + number.length;
    if (/[A-Za-z_.]/.test(text.charAt(end))) {
      throw new MetricMathError(
        `${quoted(text.slice(start, end + 1))} is neither a number nor an Id. An Id begins with a lower-case letter.`,
        { start, end: end + 1 },
      );
    }
    return { kind: "number", text: number, value: number, span: { start, end } };
  }
  const name = match(NAME, text, start);
  if (name !== undefined) {
    const kind = /[a-z]/.test(char) ? "id" : "word";
    return { kind, text: name, value: name, span: { start, end: start + name.length } };
  }
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol !== undefined) {
    return { kind: "symbol", text: symbol, value: symbol, span: { start, end: start + symbol.length } };
  }
  const found = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const remedy = CURLY_QUOTES.includes(found)
    ? "Use straight quotes."
    : found === "="
      ? 'Equality is written "==".'
      : "Expressions have numbers, Ids, functions and the operators + - * / ^ == != < <= > >= AND OR.";
  throw new MetricMathError(`Unexpected character ${quoted(found)}. ${remedy}`, { start, end: start + found.length });
}

/** A backslash keeps the next character from closing the text; it stays, unless that character is the quote. */
function readText(text: string, start: number, quote: string): TokenOf<Kind> {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) {
      return { kind: "text", text: text.slice(start, at + 1), value, span: { start, end: at + 1 } };
    }
    if (char === "\\" && at + 1 < text.length) {
      at++;
      const next = text.charAt(at);
      value += next === quote ? next : `\\${next}`;
    } else {
      value += char;
    }
  }
  throw new MetricMathError(`The text that starts here has no closing ${quote}. Add it.`, { start, end: text.length });
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
