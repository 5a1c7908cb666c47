/** A half-open range of UTF-16 offsets in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A text of one of the languages that cannot be understood or must not be run. The message says what was found and what to
 * do; the offsets are UTF-16 positions in the text, end exclusive. Each language throws its own kind of it.
 */
export class LanguageError extends Error {
  override readonly name: string = "LanguageError";
  readonly startOffset: number;
  readonly endOffset: number;

  constructor(message: string, span: Span) {
    super(message);
    this.startOffset = span.start;
    this.endOffset = Math.max(span.start, span.end);
  }
}

/** Shortens text that a message quotes, so that the message stays readable whatever the text holds. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
