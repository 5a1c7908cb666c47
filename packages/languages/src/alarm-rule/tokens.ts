import { type TokenOf, tokensOf } from "../syntax/tokens.ts";
import { AlarmRuleError } from "./nodes.ts";

/** A "word" is a keyword, a number or an unquoted alarm; "quoted" is always an alarm. */
type Kind = "word" | "quoted" | "symbol";
export type Token = TokenOf<Kind | "end">;

/** An unquoted alarm has no blanks, parentheses or commas (user guide, composite alarms). */
const WORD = /[^\s(),"]+/y;

/** Splits a rule into tokens, the last of kind "end". */
export const tokenize = (text: string): readonly Token[] =>
  tokensOf(text, (_, start) => (text.charAt(start) === '"' ? readQuoted(text, start) : readPlain(text, start)));

function readPlain(text: string, start: number): TokenOf<Kind> {
  const char = text.charAt(start);
  if ("(),".includes(char)) return { kind: "symbol", text: char, value: char, span: { start, end: start + 1 } };
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? char;
  return { kind: "word", text: word, value: word, span: { start, end: start + word.length } };
}

/** Inside quotes `\"` is a quote and `\\` a backslash; any other backslash stands for itself. */
function readQuoted(text: string, start: number): TokenOf<Kind> {
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
