export {
  evaluateMetricsInsights,
  groupLabels,
  type InsightsMetric,
  type InsightsSeries,
  matchesMetricsInsights,
  type StatisticPoints,
} from "./evaluate.ts";
export {
  type InsightsAggregate,
  type LabelCondition,
  type LabelKey,
  MetricsInsightsError,
  type MetricsInsightsPlan,
} from "./nodes.ts";
export {
  isMetricsInsights,
  MAX_INSIGHTS_SERIES,
  MAX_METRICS_INSIGHTS_LENGTH,
  parseMetricsInsights,
} from "./parse.ts";
