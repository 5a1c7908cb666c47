/** What people choose from for a graph or an alarm. */

export const STATISTICS = [
  "Average",
  "Sum",
  "Minimum",
  "Maximum",
  "SampleCount",
  "p50",
  "p90",
  "p95",
  "p99",
  "IQM",
].map((value) => ({
  value,
  label: value === "SampleCount" ? "Sample count" : value,
}));

export const PERIODS = (
  [
    [1, "1 second"],
    [5, "5 seconds"],
    [10, "10 seconds"],
    [30, "30 seconds"],
    [60, "1 minute"],
    [300, "5 minutes"],
    [900, "15 minutes"],
    [3_600, "1 hour"],
    [21_600, "6 hours"],
    [86_400, "1 day"],
  ] as const
).map(([seconds, label]) => ({ value: String(seconds), label }));

export const periodText = (seconds: number): string =>
  PERIODS.find(({ value }) => value === String(seconds))?.label ?? `${seconds} seconds`;

/** The option of a value, also of one that is not in the list. */
export const optionOf = (options: readonly { readonly value: string; readonly label: string }[], value: string) =>
  options.find((option) => option.value === value) ?? { value, label: value };

export const REFRESHES = (
  [
    ["", "Refresh: off"],
    ["10", "Every 10 seconds"],
    ["60", "Every 1 minute"],
    ["120", "Every 2 minutes"],
    ["300", "Every 5 minutes"],
    ["900", "Every 15 minutes"],
  ] as const
).map(([value, label]) => ({ value, label }));
