import { quoted, type Span } from "../syntax/language-error.ts";
import { SearchExpressionError } from "./nodes.ts";

export interface Token {
  /** A "quoted" text is exact; a "word" may be an operator, a partial text or a property. */
  readonly kind: "word" | "quoted" | "symbol" | "end";
  readonly text: string;
  /** For quoted texts without quotes and escapes. */
  readonly value: string;
  readonly span: Span;
}

const WORD = /[^\s()"={},]+/y;

/**
 * Splits a search into tokens, the last of kind "end". Inside the braces of a schema and right behind them a comma is a symbol;
 * elsewhere it separates as a blank does.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const token = char === '"' ? readQuoted(text, at) : readPlain(text, at, char);
    tokens.push(Object.freeze(token));
    at = token.span.end;
  }
  tokens.push(Object.freeze({ kind: "end", text: "", value: "", span: { start: text.length, end: text.length } }));
  return Object.freeze(tokens);
}

function readPlain(text: string, start: number, char: string): Token {
  if ("()={},".includes(char)) return { kind: "symbol", text: char, value: char, span: { start, end: start + 1 } };
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? char;
  return { kind: "word", text: word, value: word, span: { start, end: start + word.length } };
}

/** A backslash makes the next character literal, as `"`, `\`, `(` and `)` need it. */
function readQuoted(text: string, start: number): Token {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const span = { start, end: at + 1 };
      if (value === "")
        throw new SearchExpressionError("An exact text cannot be empty. Write it between the quotes.", span);
      return { kind: "quoted", text: text.slice(start, at + 1), value, span };
    }
    if (char === "\\" && at + 1 < text.length) at++;
    value += text.charAt(at);
  }
  throw new SearchExpressionError(`The exact text ${quoted(text.slice(start))} has no closing ". Add it.`, {
    start,
    end: text.length,
  });
}
