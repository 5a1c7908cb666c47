/** What every value that becomes a metric's must keep to, whichever way it comes (CloudWatch API reference, "MetricDatum"). */

/** So far in the past and the future a value's time may be, in milliseconds from now. */
export const PAST_MS = 14 * 86_400_000;
export const FUTURE_MS = 2 * 3_600_000;

/** The greatest value, and negated the least. */
export const MAX_VALUE = 2 ** 360;

export const isMetricValue = (value: number): boolean => value >= -MAX_VALUE && value <= MAX_VALUE;

/** ASCII control characters: no name needs them, and they would end the terminal's line of whoever lists metrics. */
export const CONTROL = /[\p{Cc}--[\x80-\x9f]]/v;
