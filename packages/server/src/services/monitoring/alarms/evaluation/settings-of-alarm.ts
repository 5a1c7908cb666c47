import { parseStatistic } from "../../../../platform/metrics/statistic.ts";
import type { MetricAlarmSettings } from "../alarm.ts";
import { leastSamples } from "./low-samples.ts";
import type { BandComparison, EvaluationSettings, Limit, MissingDataTreatment, StaticComparison } from "./settings.ts";

/** The pure evaluation's view of a metric alarm. */
export function evaluationSettings(settings: MetricAlarmSettings): EvaluationSettings {
  return {
    period: alarmPeriod(settings),
    evaluationPeriods: settings.evaluationPeriods,
    datapointsToAlarm: settings.datapointsToAlarm,
    limit: limitOf(settings),
    treatMissingData: settings.treatMissingData ?? defaultTreatment(settings),
    leastSamples: settings.lowSamples === "ignore" ? samplesNeeded(settings) : undefined,
  };
}

/** Seconds. Of an alarm on several metrics or on an expression, the longest period among them. */
export function alarmPeriod({ metric, queries }: MetricAlarmSettings): number {
  if (metric !== undefined) return metric.period;
  const periods = (queries ?? []).map((query) => query.MetricStat?.Period ?? query.Period ?? 0);
  return Math.max(...periods) || 60;
}

function limitOf({ comparison, threshold }: MetricAlarmSettings): Limit {
  if (isBandComparison(comparison)) return { comparison };
  if (!isStaticComparison(comparison) || threshold === undefined) {
    throw new Error(`an alarm was stored without what it compares with (${comparison})`);
  }
  return { comparison, threshold };
}

const STATIC: readonly string[] = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] satisfies StaticComparison[];
const BAND: readonly string[] = [
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
] satisfies BandComparison[];

export const isStaticComparison = (text: string): text is StaticComparison => STATIC.includes(text);
export const isBandComparison = (text: string): text is BandComparison => BAND.includes(text);

/** The guide names `ignore` as the default for DynamoDB's metrics, and `missing` for all others. */
function defaultTreatment({ metric, queries }: MetricAlarmSettings): MissingDataTreatment {
  const namespaces = [metric?.namespace, ...(queries ?? []).map((query) => query.MetricStat?.Metric?.Namespace)];
  return namespaces.includes("AWS/DynamoDB") ? "ignore" : "missing";
}

function samplesNeeded({ metric }: MetricAlarmSettings): number | undefined {
  const statistic = parseStatistic(metric?.extendedStatistic ?? "");
  return statistic?.kind === "Percentile" ? leastSamples(statistic.percent) : undefined;
}
