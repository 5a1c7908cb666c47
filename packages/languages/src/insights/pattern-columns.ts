/** Columns of `pattern`, and of `diff`, in the order in which they are shown. */
export const PATTERN_COLUMNS = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"] as const;
export const DIFF_COLUMNS = [
  "@pattern",
  "@sampleCount",
  "@previousCount",
  "@differenceCount",
  "@differenceDescription",
  "@severityLabel",
] as const;
/** What `anomaly` adds to those of `pattern`. */
export const ANOMALY_COLUMNS = ["@anomalyTypes", "@anomalyDescription", "@anomalyPriority"] as const;
/** Columns of `relevantfields`. */
export const RELEVANCE_COLUMNS = [
  "@fieldName",
  "@relevanceScore",
  "@topRelevanceContributors",
  "@conditionalMedian",
  "@baselineMedian",
] as const;
/** The column of `estimate`. */
export const ESTIMATE_COLUMN = "@estimatedBytesScanned";
