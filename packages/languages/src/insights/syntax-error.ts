/** A half-open range of UTF-16 offsets in the query text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The one error of the Insights language: the query cannot be run as written.
 * `message` says what was found, what was expected and what to do.
 * The offsets are character offsets into the query text, end exclusive; they
 * map to `queryCompileError.location` of AWS's MalformedQueryException.
 */
export class InsightsSyntaxError extends Error {
  override readonly name = "InsightsSyntaxError";
  readonly startOffset: number;
  readonly endOffset: number;

  constructor(message: string, span: Span) {
    super(message);
    this.startOffset = span.start;
    this.endOffset = Math.max(span.end, span.start);
  }
}

/** Shortens text that a message quotes, so that an error stays readable whatever the query holds. */
export function quoteForMessage(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `"${shown}"`;
}
