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
