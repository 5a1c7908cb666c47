/**
 * CloudWatch's units of metrics, in alphabetical order (API reference, StandardUnit). The server's store counts them by their place here,
 * so this list never changes.
 */
export const METRIC_UNITS = [
  "Bits",
  "Bits/Second",
  "Bytes",
  "Bytes/Second",
  "Count",
  "Count/Second",
  "Gigabits",
  "Gigabits/Second",
  "Gigabytes",
  "Gigabytes/Second",
  "Kilobits",
  "Kilobits/Second",
  "Kilobytes",
  "Kilobytes/Second",
  "Megabits",
  "Megabits/Second",
  "Megabytes",
  "Megabytes/Second",
  "Microseconds",
  "Milliseconds",
  "None",
  "Percent",
  "Seconds",
  "Terabits",
  "Terabits/Second",
  "Terabytes",
  "Terabytes/Second",
] as const;

export type MetricUnit = (typeof METRIC_UNITS)[number];

/** The unit of a name; undefined for a text that is none. */
export const metricUnit = (name: string): MetricUnit | undefined => METRIC_UNITS.find((unit) => unit === name);
