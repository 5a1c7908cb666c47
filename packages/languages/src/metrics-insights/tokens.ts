import { quoted } from "../syntax/language-error.ts";
import { type TokenOf, tokensOf } from "../syntax/tokens.ts";
import { MetricsInsightsError } from "./nodes.ts";

/** A "name" stands in double quotes, a "text" in single ones; a "word" is a keyword, a plain name or a number. */
type Kind = "word" | "name" | "text" | "symbol";
export type Token = TokenOf<Kind | "end">;

const WORD = /[\p{L}\p{N}_]+/uy;
const SYMBOLS = ["!=", "=", "(", ")", ",", "."];

/** Splits a query into tokens, the last of kind "end". */
export const tokenize = (text: string): readonly Token[] => tokensOf(text, readToken);

function readToken(text: string, start: number): TokenOf<Kind> {
  const char = text.charAt(start);
  if (char === '"' || char === "'") return readQuoted(text, start, char);
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) return { kind: "word", text: word, value: word, span: { start, end: start + word.length } };
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol !== undefined) {
    return { kind: "symbol", text: symbol, value: symbol, span: { start, end: start + symbol.length } };
  }
  const found = String.fromCodePoint(text.codePointAt(start) ?? 0);
  throw new MetricsInsightsError(
    `Unexpected character ${quoted(found)}. Put names with other characters than letters, digits and _ in double quotes, values in single ones.`,
    { start, end: start + found.length },
  );
}

/** A backslash makes a quote or a backslash literal; any other stays. */
function readQuoted(text: string, start: number, quote: string): TokenOf<Kind> {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) {
      const span = { start, end: at + 1 };
      return { kind: quote === '"' ? "name" : "text", text: text.slice(start, at + 1), value, span };
    }
    const next = text.charAt(at + 1);
    if (char === "\\" && (next === '"' || next === "'" || next === "\\")) {
      value += next;
      at++;
    } else {
      value += char;
    }
  }
  throw new MetricsInsightsError(`The text that starts here has no closing ${quote}. Add it.`, {
    start,
    end: text.length,
  });
}
