import { FilterPatternError } from "./errors.ts";
import type { RegexNode } from "./nodes.ts";
import { parseRegex } from "./regex.ts";

/**
 * Reads the quoted text that starts at `start`. `\"` and `\\` are escapes; any other backslash is itself.
 * @returns the text and the offset after the closing quote
 */
export function readQuoted(text: string, start: number): { value: string; end: number } {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    const next = text[at + 1];
    if (char === '"') return { value, end: at + 1 };
    if (char === "\\" && (next === '"' || next === "\\")) {
      value += next;
      at++;
    } else {
      value += char;
    }
  }
  throw new FilterPatternError('The quote is not closed: a " is missing.', start, text.length);
}

/**
 * Reads the regular expression between the percent sign at `start` and the next one.
 * @returns its node and the offset after the closing sign
 */
export function readRegex(text: string, start: number): { value: RegexNode; end: number } {
  const close = text.indexOf("%", start + 1);
  if (close < 0)
    throw new FilterPatternError("The regular expression is not closed: a % is missing.", start, text.length);
  return { value: parseRegex(text.slice(start + 1, close), start + 1), end: close + 1 };
}

/** Blanks separate terms, tokens and fields alike. */
export function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r" || char === "\f" || char === "\v";
}
