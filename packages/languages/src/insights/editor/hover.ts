import type { Span } from "../syntax-error.ts";
import { AGGREGATES, COMMANDS, type Entry, FUNCTIONS, KEYWORDS, SYSTEM_FIELDS } from "./catalog.ts";
import { highlight } from "./highlight.ts";

export interface Hover extends Span, Entry {}

/** What the word at the offset means; undefined where there is nothing to tell. Never throws. */
export function hoverAt(text: string, offset: number): Hover | undefined {
  const span = highlight(text).find(({ start, end }) => start <= offset && offset < end);
  if (span === undefined) return undefined;
  const word = text.slice(span.start, span.end);
  const entry = entryOf(span.kind, word);
  return entry === undefined ? undefined : { start: span.start, end: span.end, ...entry };
}

function entryOf(kind: string, word: string): Entry | undefined {
  const lower = word.toLowerCase();
  switch (kind) {
    case "command":
      return COMMANDS.get(lower);
    case "function":
      return AGGREGATES.get(lower) ?? FUNCTIONS.get(lower);
    case "keyword":
      return KEYWORDS.get(lower);
    case "field":
      return SYSTEM_FIELDS.get(word);
    default:
      return undefined;
  }
}
