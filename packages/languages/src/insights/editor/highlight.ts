import type { Span } from "../syntax-error.ts";
import type { Token } from "../token.ts";
import { COMMANDS, KEYWORDS } from "./catalog.ts";
import { lenientTokens } from "./lenient-tokens.ts";

export type HighlightKind =
  | "command"
  | "function"
  | "keyword"
  | "field"
  | "string"
  | "regex"
  | "number"
  | "operator"
  | "comment"
  | "error";

export interface HighlightSpan extends Span {
  readonly kind: HighlightKind;
}

/** Words that mean something in some commands only. */
const WORDS_OF_COMMANDS = new Set(
  "true false multi any into output outputnew offset logfmt csv where maxspan with for loggroups datasource loggrouptags previousday previousweek previousmonth timeshift".split(
    " ",
  ),
);

/** Spans of a text with what they are, in order and without overlap; blanks are in none. Never throws. */
export function highlight(text: string): readonly HighlightSpan[] {
  const { tokens, broken } = lenientTokens(text);
  const spans: HighlightSpan[] = tokens.map((token, index) => ({ ...token.span, kind: kindOf(tokens, index) }));
  for (const span of broken) spans.push({ ...span, kind: "error" });
  spans.sort((a, b) => a.start - b.start);
  return withComments(text, spans);
}

/** Whether the token at `index` stands where a command begins: first, behind a pipe, or SOURCE behind a parenthesis. */
export function startsCommand(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before === undefined) return true;
  if (before.kind !== "operator") return false;
  return before.text === "|" || (before.text === "(" && tokens[index]?.text.toLowerCase() === "source");
}

function kindOf(tokens: readonly Token[], index: number): HighlightKind {
  const token = tokens[index];
  if (token === undefined || token.kind === "operator" || token.kind === "end") return "operator";
  if (token.kind === "duration" || token.kind === "number") return "number";
  if (token.kind !== "identifier") return token.kind;
  if (token.quoted === true) return "field";
  const word = token.text.toLowerCase();
  if (startsCommand(tokens, index)) return COMMANDS.has(word) ? "command" : "error";
  if (KEYWORDS.has(word)) return "keyword";
  const next = tokens[index + 1];
  if (next?.text === "(" && next.span.start === token.span.end) return "function";
  return WORDS_OF_COMMANDS.has(word) ? "keyword" : "field";
}

function withComments(text: string, spans: readonly HighlightSpan[]): readonly HighlightSpan[] {
  const all: HighlightSpan[] = [];
  let at = 0;
  const gap = (end: number) => {
    for (const found of text.slice(at, end).matchAll(/#[^\n]*/g)) {
      all.push({ start: at + found.index, end: at + found.index + found[0].length, kind: "comment" });
    }
  };
  for (const span of spans) {
    gap(span.start);
    all.push(span);
    at = span.end;
  }
  gap(text.length);
  return all;
}
