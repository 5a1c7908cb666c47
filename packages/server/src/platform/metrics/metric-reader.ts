import type { MetricAddress } from "./metric.ts";
import type { Statistic } from "./statistic.ts";
import type { Unit } from "./units.ts";

/** One series to read: a metric, how it is cut into periods, and what is made of each. */
export interface MetricQuery extends MetricAddress {
  /** Seconds: 1, 5, 10, 20, 30 or a multiple of 60. Periods are counted from the range's start, and a datapoint is stamped with its own's. */
  readonly period: number;
  readonly statistic: Statistic;
  /** Only values in this unit. Without it and with several units stored, those of the alphabetically first. */
  readonly unit?: string;
}

/** Whole seconds, in milliseconds since 1970; the start is inclusive, the end exclusive. A period of minutes wants a start at a minute. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** The datapoints of one query, oldest first, in three lists of the same length. Periods without data are left out. */
export interface MetricPoints {
  /** The unit of the values; undefined where there are none. */
  readonly unit: Unit | undefined;
  /** Every unit in which the metric has values in the range, in alphabetical order. */
  readonly units: readonly Unit[];
  /** Starts of the periods, in milliseconds since 1970. */
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
  /** How many values each datapoint stands for. */
  readonly sampleCounts: readonly number[];
}

/** Reads stored metrics. What was acknowledged to its writer is in the next answer. */
export interface MetricReader {
  /**
   * One answer for each query, in their order. Queries of one call share the engine's work, so hundreds belong in one call.
   * Whether a period is legal for the data's age is the caller's affair. Rejects with the engine's typed errors.
   */
  read(queries: readonly MetricQuery[], range: TimeRange, signal?: AbortSignal): Promise<MetricPoints[]>;
}
