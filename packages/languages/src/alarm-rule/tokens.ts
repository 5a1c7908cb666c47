import type { Span } from "../syntax/language-error.ts";
import { AlarmRuleError } from "./nodes.ts";

export interface Token {
  /** A "word" is a keyword, a number or an unquoted alarm; "quoted" is always an alarm. */
  readonly kind: "word" | "quoted" | "symbol" | "end";
  readonly text: string;
  /** The text that is meant: for quoted ones without quotes and escapes. */
  readonly value: string;
  readonly span: Span;
}

/** An unquoted alarm has no blanks, parentheses or commas (user guide, composite alarms). */
const WORD = /[^\s(),"]+/y;

/** Splits a rule into tokens, the last of kind "end". */
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
  if ("(),".includes(char)) return { kind: "symbol", text: char, value: char, span: { start, end: start + 1 } };
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? char;
  return { kind: "word", text: word, value: word, span: { start, end: start + word.length } };
}

/** Inside quotes `\"` is a quote and `\\` a backslash; any other backslash stands for itself. */
function readQuoted(text: string, start: number): Token {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const span = { start, end: at + 1 };
      return { kind: "quoted", text: text.slice(start, at + 1), value, span };
    }
    const next = text.charAt(at + 1);
    if (char === "\\" && (next === '"' || next === "\\")) {
      value += next;
      at++;
    } else {
      value += char;
    }
  }
  throw new AlarmRuleError('The alarm name that starts here has no closing ". Add it.', { start, end: text.length });
}
