import type { AlarmState } from "@nephoscope/languages";

/** The state of an alarm. */
export type StateValue = AlarmState;

export type StaticComparison =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";
export type BandComparison =
  | "LessThanLowerOrGreaterThanUpperThreshold"
  | "LessThanLowerThreshold"
  | "GreaterThanUpperThreshold";

export type MissingDataTreatment = "breaching" | "notBreaching" | "ignore" | "missing";

/** What an evaluation compares with: a number, or the band that comes with each datapoint. */
export type Limit =
  | { readonly comparison: StaticComparison; readonly threshold: number }
  | { readonly comparison: BandComparison };

/** How datapoints become a state (user guide, "Alarm evaluation"). */
export interface EvaluationSettings {
  /** Seconds. */
  readonly period: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M as the alarm's owner gave it; undefined means N, and then reasons are worded otherwise. */
  readonly datapointsToAlarm?: number | undefined;
  readonly limit: Limit;
  readonly treatMissingData: MissingDataTreatment;
  /** With fewer samples than this in the evaluated datapoints the state stays: the rule for percentiles. */
  readonly leastSamples?: number | undefined;
}

/** One period's value. Its band comes with it where the alarm compares with one. */
export interface Datapoint {
  /** Start of the period, in milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
  readonly sampleCount?: number | undefined;
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}

/** A period in the evaluation range; without a value when nothing was received for it. */
export interface Slot {
  readonly at: number;
  readonly point: Datapoint | undefined;
}

/**
 * How many periods an evaluation looks at, so that late or missing ones can be made up by older ones. AWS does not publish
 * the number. N + 2 fits its worked example (N = 3 looks at 5), and a report of an alarm with N = 1 and 15 minutes that
 * returned to OK 46 minutes after its last datapoint.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/** M. */
export function datapointsNeeded(settings: EvaluationSettings): number {
  return settings.datapointsToAlarm ?? settings.evaluationPeriods;
}
