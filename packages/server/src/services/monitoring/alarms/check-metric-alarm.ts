import { parseStatistic, type Statistic } from "../../../platform/metrics/statistic.ts";
import type { MonitoringInput } from "../operation.ts";
import type { MetricAlarmSettings, MetricDataQuery } from "./alarm.ts";
import { CALENDAR_PERIODS, calendar } from "./evaluation/calendar.ts";
import type { MissingDataTreatment } from "./evaluation/settings.ts";
import { isBandComparison, isStaticComparison } from "./evaluation/settings-of-alarm.ts";
import { unsupported, validationError } from "./refusals.ts";

type Input = MonitoringInput<"PutMetricAlarm">;

const DAY = 86_400;
const WEEK = 604_800;

/**
 * Reads the settings of a metric alarm, with AWS's rules and, where they are published, its words. Metric math is checked by
 * whoever evaluates it.
 */
export function readMetricAlarm(input: Input): MetricAlarmSettings {
  refuseOtherForms(input);
  const { EvaluationPeriods: evaluationPeriods, DatapointsToAlarm: datapointsToAlarm } = input;
  if (evaluationPeriods === undefined)
    throw validationError("PutMetricAlarm request should have an EvaluationPeriods parameter");
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  }
  const watched =
    input.Metrics === undefined ? { metric: readMetric(input) } : { queries: readQueries(input, input.Metrics) };
  const periods =
    watched.metric === undefined
      ? (input.Metrics ?? []).flatMap((query) => query.MetricStat?.Period ?? query.Period ?? [])
      : [watched.metric.period];
  for (const period of periods) checkPeriod(period, evaluationPeriods);
  return {
    ...watched,
    evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
    ...readLimit(input),
    ...readTreatment(input),
    ...readLowSamples(input, watched.metric),
    ...readWindow(input, periods),
    ...readWarmUp(input),
  };
}

function refuseOtherForms(input: Input): void {
  if (input.EvaluationCriteria !== undefined || input.EvaluationInterval !== undefined) {
    throw unsupported("EvaluationCriteria (PromQL alarms):");
  }
  const forms = [input.MetricName, input.Metrics].filter((form) => form !== undefined);
  if (forms.length !== 1) throw validationError("Exactly one of MetricName and Metrics must be specified.");
}

function readMetric(input: Input): NonNullable<MetricAlarmSettings["metric"]> {
  const { MetricName: name, Namespace: namespace, Statistic: statistic, ExtendedStatistic: extendedStatistic } = input;
  if (name === undefined || namespace === undefined) {
    throw validationError("PutMetricAlarm request should have both a MetricName and a Namespace parameter");
  }
  if (statistic !== undefined && extendedStatistic !== undefined) {
    throw validationError(
      "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters. Only one of them should be present",
    );
  }
  if (statistic === undefined && extendedStatistic === undefined) {
    throw validationError("PutMetricAlarm request should have a Statistic parameter");
  }
  if (extendedStatistic !== undefined) checkExtendedStatistic(extendedStatistic);
  if (input.Period === undefined) throw validationError("PutMetricAlarm request should have a Period parameter");
  return {
    namespace,
    name,
    dimensions: checkDimensions(input.Dimensions ?? []),
    ...(statistic !== undefined && { statistic }),
    ...(extendedStatistic !== undefined && { extendedStatistic }),
    period: input.Period,
    ...(input.Unit !== undefined && { unit: input.Unit }),
  };
}

function checkDimensions(dimensions: NonNullable<Input["Dimensions"]>): NonNullable<Input["Dimensions"]> {
  const names = dimensions.map(({ Name }) => Name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw validationError(`The dimension ${double} is given twice.`);
  return dimensions;
}

/** The five simple ones belong into Statistic; bounds in per cent lie between 10 and 90 here (API reference). */
function checkExtendedStatistic(text: string): Statistic {
  const statistic = parseStatistic(text);
  if (
    statistic === undefined ||
    statistic.kind === "SampleCount" ||
    "Average Sum Minimum Maximum".split(" ").includes(statistic.kind)
  ) {
    throw validationError(`The value ${text} for parameter ExtendedStatistic is not supported.`);
  }
  return statistic;
}

function readQueries(input: Input, queries: readonly MetricDataQuery[]): readonly MetricDataQuery[] {
  const scalars = [
    input.Namespace,
    input.Dimensions,
    input.Period,
    input.Unit,
    input.Statistic,
    input.ExtendedStatistic,
  ];
  if (scalars.some((value) => value !== undefined)) {
    throw validationError(
      "Namespace, MetricName, Dimensions, Period, Unit, Statistic and ExtendedStatistic must not be set if list of Metrics is set.",
    );
  }
  if (queries.length === 0 || queries.length > 20) {
    throw validationError(`Metrics must have from 1 to 20 queries; it has ${queries.length}.`);
  }
  const ids = queries.map(({ Id }) => Id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) throw validationError(`The Id ${double} is used by more than one of the Metrics.`);
  for (const query of queries) checkQuery(query);
  const metrics = queries.filter(({ MetricStat }) => MetricStat !== undefined).length;
  if (metrics > 10) throw validationError(`An alarm can have at most 10 metrics in Metrics; this one has ${metrics}.`);
  checkReturned(input, queries);
  return queries;
}

function checkQuery({ Id, MetricStat, Expression, AccountId }: MetricDataQuery): void {
  if (!/^[a-z][A-Za-z0-9_]*$/.test(Id ?? "")) {
    throw validationError(
      `The Id ${Id} is not valid: it must begin with a lower-case letter, and hold letters, digits and _.`,
    );
  }
  if ((MetricStat === undefined) === (Expression === undefined)) {
    throw validationError(`The query ${Id} must have exactly one of MetricStat and Expression.`);
  }
  if (AccountId !== undefined)
    throw unsupported(`AccountId of the query ${Id} (alarms on metrics of another account):`);
  if (MetricStat !== undefined && parseStatistic(MetricStat.Stat ?? "") === undefined) {
    throw validationError(`The value ${MetricStat.Stat} for parameter Stat is not supported.`);
  }
  if (MetricStat !== undefined) checkDimensions(MetricStat.Metric?.Dimensions ?? []);
}

/** One query is watched; with a band the band returns data beside it. */
function checkReturned({ ThresholdMetricId: band }: Input, queries: readonly MetricDataQuery[]): void {
  if (band !== undefined && !queries.some(({ Id }) => Id === band)) {
    throw validationError(`ThresholdMetricId ${band} is not the Id of one of the Metrics.`);
  }
  const watched = queries.filter(({ Id, ReturnData }) => ReturnData !== false && Id !== band);
  if (watched.length !== 1) {
    throw validationError(
      `Exactly one of the Metrics must have ReturnData set to true${band === undefined ? "" : " beside the band"}; ${watched.length} have.`,
    );
  }
}

function checkPeriod(period: number, evaluationPeriods: number): void {
  if (![10, 20, 30].includes(period) && period % 60 !== 0) {
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
  }
  const total = period * evaluationPeriods;
  if (period < 3_600 && total > DAY) {
    throw validationError(
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600",
    );
  }
  if (total > WEEK) {
    throw validationError(
      "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) for alarms using period >= 3600",
    );
  }
}

function readLimit(input: Input): Pick<MetricAlarmSettings, "comparison" | "threshold" | "thresholdMetricId"> {
  const { ComparisonOperator: comparison, Threshold: threshold, ThresholdMetricId: thresholdMetricId } = input;
  if (comparison === undefined || (!isBandComparison(comparison) && !isStaticComparison(comparison))) {
    throw validationError("PutMetricAlarm request should have a valid ComparisonOperator parameter");
  }
  if (isBandComparison(comparison)) {
    if (thresholdMetricId === undefined || input.Metrics === undefined) {
      throw validationError(
        `${comparison} needs Metrics with an ANOMALY_DETECTION_BAND, and its Id as ThresholdMetricId.`,
      );
    }
    if (threshold !== undefined) throw validationError("Threshold must not be set together with ThresholdMetricId.");
    return { comparison, thresholdMetricId };
  }
  if (thresholdMetricId !== undefined) throw validationError(`ThresholdMetricId can't be used with ${comparison}.`);
  if (threshold === undefined || !Number.isFinite(threshold)) {
    throw validationError("PutMetricAlarm request should have valid Threshold parameter");
  }
  return { comparison, threshold };
}

const TREATMENTS: readonly MissingDataTreatment[] = ["breaching", "notBreaching", "ignore", "missing"];

function readTreatment({ TreatMissingData: text }: Input): { treatMissingData?: MissingDataTreatment } {
  if (text === undefined) return {};
  const treatMissingData = TREATMENTS.find((treatment) => treatment === text);
  if (treatMissingData === undefined) {
    throw validationError("Supported values for TreatMissingData are breaching, notBreaching, ignore, and missing.");
  }
  return { treatMissingData };
}

function readLowSamples(
  { EvaluateLowSampleCountPercentile: text }: Input,
  metric: MetricAlarmSettings["metric"],
): { lowSamples?: "evaluate" | "ignore" } {
  if (text === undefined) return {};
  if (text !== "evaluate" && text !== "ignore") {
    throw validationError("Supported options for EvaluateLowSampleCountPercentile are evaluate and ignore.");
  }
  const statistic = metric?.extendedStatistic ?? metric?.statistic ?? "of Metrics";
  if (parseStatistic(statistic)?.kind !== "Percentile") {
    throw validationError(
      `Option evaluateLowSampleCountPercentile can not be applied with statistic ${statistic}. This option is enabled only for percentile statistics.`,
    );
  }
  return { lowSamples: text };
}

function readWindow(input: Input, periods: readonly number[]): Pick<MetricAlarmSettings, "window"> {
  const { EvaluationWindow: window } = input;
  if (window === undefined) return {};
  if (window.WallClockWindow === undefined) return { window: { kind: "sliding" } };
  const { Timezone: timezone } = window.WallClockWindow;
  for (const period of periods) {
    if (!CALENDAR_PERIODS.includes(period)) {
      throw validationError(
        `With a WallClockWindow the period must be one of ${CALENDAR_PERIODS.join(", ")} seconds; it is ${period}.`,
      );
    }
    checkTimezone(period, timezone ?? "UTC");
  }
  const simple = input.Statistic !== undefined;
  if (!simple && timezone !== undefined && timezone !== "UTC") {
    throw unsupported("A WallClockWindow in another time zone than UTC, with an extended statistic or Metrics:");
  }
  return { window: { kind: "wall-clock", ...(timezone !== undefined && { timezone }) } };
}

function checkTimezone(period: number, timezone: string): void {
  try {
    calendar(period, timezone);
  } catch {
    throw validationError(
      `The time zone ${timezone} is not known; give a name such as Europe/Berlin, or an offset such as +05:30.`,
    );
  }
}

function readWarmUp({ WarmUpConfiguration: warmUp }: Input): Pick<MetricAlarmSettings, "warmUp"> {
  if (warmUp === undefined) return {};
  const { WarmUpPeriodDurationInMinutes: minutes, OnlyStartEvaluatingAfterWarmUpPeriodEnds: onlyAfter } = warmUp;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 2_880) {
    throw validationError(`WarmUpPeriodDurationInMinutes must be from 1 to 2880; it is ${minutes}.`);
  }
  return { warmUp: { minutes, ...(onlyAfter !== undefined && { onlyAfter }) } };
}
