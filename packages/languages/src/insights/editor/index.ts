/** What an editor of Insights queries asks of the language. */
export { type Completion, type CompletionContext, type Completions, completeAt } from "./complete.ts";
export { type Diagnostic, diagnose } from "./diagnose.ts";
export { type HighlightKind, type HighlightSpan, highlight } from "./highlight.ts";
export { type Hover, hoverAt } from "./hover.ts";
