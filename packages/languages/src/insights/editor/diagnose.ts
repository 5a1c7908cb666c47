import { parseInsights } from "../parse.ts";
import { planInsights } from "../plan.ts";
import { InsightsSyntaxError, type Span } from "../syntax-error.ts";

/** What is wrong with a query, where, and what to do. */
export interface Diagnostic extends Span {
  readonly message: string;
}

/** The reason for which the query would be refused at its start, or nothing. Never throws. */
export function diagnose(text: string): readonly Diagnostic[] {
  try {
    planInsights(parseInsights(text));
    return [];
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) {
      // A fault of ours must not take the editor away; running the query will report it.
      return [{ start: 0, end: text.length, message: "The query could not be checked." }];
    }
    return [{ start: error.startOffset, end: error.endOffset, message: error.message }];
  }
}
