/** The Logs Insights query language: text, nodes, plan, SQL for ClickHouse, and rows as AWS shows them. */
export {
  type CompiledQuery,
  compileHistogram,
  compileInsights,
  type MatchedCount,
  matchedEvents,
  type PointerColumns,
  type ResultColumn,
} from "./compile.ts";
export { discoverFields } from "./discover.ts";
export * from "./editor/index.ts";
export { explainPlan } from "./explain.ts";
export { fieldColumnSql, mayHaveColumn } from "./field-column.ts";
export { formatExpression } from "./format.ts";
export { isNewestFirst } from "./newest-first.ts";
export type { Command, Expression, InsightsQuery, SourceNode as InsightsSource } from "./node.ts";
export { parseInsights } from "./parse.ts";
export { comparedRange } from "./period-before.ts";
export { type OutputColumn, type Plan, planInsights, type Step } from "./plan.ts";
export { type EventPointer, formatNumber, formatTimestamp, type ResultField, renderRow, rowPointer } from "./render.ts";
export { type SampleQuery, sampleQueries } from "./samples/index.ts";
export type { EventSource, FieldColumns, LookupTable as InsightsLookupTable, Scope, SqlFragment } from "./scope.ts";
export { rangeOfSource } from "./source-range.ts";
export { InsightsSyntaxError, type Span } from "./syntax-error.ts";
