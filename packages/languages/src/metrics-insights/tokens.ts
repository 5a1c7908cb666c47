import { quoted, type Span } from "../syntax/language-error.ts";
import { MetricsInsightsError } from "./nodes.ts";

export interface Token {
  /** A "name" stands in double quotes, a "text" in single ones; a "word" is a keyword, a plain name or a number. */
  readonly kind: "word" | "name" | "text" | "symbol" | "end";
  readonly text: string;
  /** Without quotes and escapes. */
  readonly value: string;
  readonly span: Span;
}

const WORD = /[\p{L}\p{N}_]+/uy;
const SYMBOLS = ["!=", "=", "(", ")", ",", "."];

/** Splits a query into tokens, the last of kind "end". */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(Object.freeze(token));
    at = token.span.end;
  }
  tokens.push(Object.freeze({ kind: "end", text: "", value: "", span: { start: text.length, end: text.length } }));
  return Object.freeze(tokens);
}

function readToken(text: string, start: number): Token {
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
function readQuoted(text: string, start: number, quote: string): Token {
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
