import type { Datapoint, Limit } from "./settings.ts";

/** Whether a datapoint is beyond the limit. A side of the band that is not known can't be crossed. */
export function isBreaching({ value, lower, upper }: Datapoint, limit: Limit): boolean {
  switch (limit.comparison) {
    case "GreaterThanOrEqualToThreshold":
      return value >= limit.threshold;
    case "GreaterThanThreshold":
      return value > limit.threshold;
    case "LessThanThreshold":
      return value < limit.threshold;
    case "LessThanOrEqualToThreshold":
      return value <= limit.threshold;
    case "LessThanLowerThreshold":
      return lower !== undefined && value < lower;
    case "GreaterThanUpperThreshold":
      return upper !== undefined && value > upper;
    case "LessThanLowerOrGreaterThanUpperThreshold":
      return (lower !== undefined && value < lower) || (upper !== undefined && value > upper);
  }
}
