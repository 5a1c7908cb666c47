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
  /** It is about no place but the query as a whole: {@link locate} gives the place. */
  readonly whole: boolean;
  readonly startOffset: number;
  readonly endOffset: number;

  constructor(message: string, span: Span) {
    super(message);
    this.whole = span === WHOLE_QUERY;
    this.startOffset = span.start;
    this.endOffset = Math.max(span.end, span.start);
  }
}

/** The place of an error about the query as a whole, where its length is not known. */
export const WHOLE_QUERY: Span = Object.freeze({ start: 0, end: 0 });

/** Runs the work; an error about the query as a whole gets that query's place. */
export function locate<T>(query: Span, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError) || !error.whole) throw error;
    throw new InsightsSyntaxError(error.message, query);
  }
}

/** Shortens text that a message quotes, so that an error stays readable whatever the query holds. */
export function quoteForMessage(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return `"${shown}"`;
}
