import { quoted } from "../syntax/language-error.ts";
import { type TokenOf, tokensOf } from "../syntax/tokens.ts";
import { SearchExpressionError } from "./nodes.ts";

/** A "quoted" text is exact; a "word" may be an operator, a partial text or a property. */
type Kind = "word" | "quoted" | "symbol";
export type Token = TokenOf<Kind | "end">;

const WORD = /[^\s()"={},]+/y;

/**
 * Splits a search into tokens, the last of kind "end". Inside the braces of a schema and right behind them a comma is a symbol;
 * elsewhere it separates as a blank does.
 */
export const tokenize = (text: string): readonly Token[] =>
  tokensOf(text, (_, start) => (text.charAt(start) === '"' ? readQuoted(text, start) : readPlain(text, start)));

function readPlain(text: string, start: number): TokenOf<Kind> {
  const char = text.charAt(start);
  if ("()={},".includes(char)) return { kind: "symbol", text: char, value: char, span: { start, end: start + 1 } };
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? char;
  return { kind: "word", text: word, value: word, span: { start, end: start + word.length } };
}

/** A backslash makes the next character literal, as `"`, `\`, `(` and `)` need it. */
function readQuoted(text: string, start: number): TokenOf<Kind> {
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
