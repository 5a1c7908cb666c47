export { metricNameTokens, planSearch, type SearchIndexPlan } from "./index-plan.ts";
export { compileSearch, type SearchedMetric } from "./match.ts";
export { type SearchExpression, SearchExpressionError, type SearchNode, type SearchSchema } from "./nodes.ts";
export { MAX_SEARCH_LENGTH, parseSearchExpression } from "./parse.ts";
