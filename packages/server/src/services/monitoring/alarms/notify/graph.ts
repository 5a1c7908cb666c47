import type { MetricAlarmSettings, MetricDataQuery } from "../alarm.ts";
import type { StaticComparison } from "../evaluation/settings.ts";
import { alarmPeriod, isStaticComparison } from "../evaluation/settings-of-alarm.ts";
import type { Happening } from "./happening.ts";

/** Periods before the change of state that the graph shows, and the least that it shows of time. */
const PERIODS = 60;
const LEAST_MS = 3_600_000;
/** A little of what came after helps to read the end of the line. */
const AFTER_MS = 60_000;
/** More of a reason than fits under the title is of no use there. */
const SUBTITLE_LENGTH = 200;
const THRESHOLD_COLOR = "#d13212";

const SIGNS: Readonly<Record<StaticComparison, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

/**
 * The MetricWidget of an alarm's mail: what the alarm watches around the change of state, the threshold with the side that alarms, and
 * the states as a strip below. An alarm on other alarms has none.
 */
export function graphWidget({ scope, name, alarm, previous }: Happening): string | undefined {
  if (alarm.type !== "MetricAlarm") return undefined;
  const { settings, condition } = alarm;
  const period = alarmPeriod(settings);
  const span = Math.max(LEAST_MS, PERIODS * period * 1_000);
  const time = (ms: number) => new Date(ms).toISOString();
  return JSON.stringify({
    title: name,
    subtitle: `${condition.value}: ${condition.reason}`.slice(0, SUBTITLE_LENGTH),
    view: "timeSeries",
    width: 600,
    height: 320,
    region: scope.region,
    start: time(condition.updatedAt - span),
    end: time(condition.updatedAt + AFTER_MS),
    period,
    metrics: metricRows(settings),
    annotations: { horizontal: thresholdOf(settings) },
    alarmStates: [
      { time: time(previous.transitionedAt), state: previous.value },
      { time: time(condition.transitionedAt), state: condition.value },
    ],
  });
}

function thresholdOf({ threshold, comparison }: MetricAlarmSettings): object[] {
  if (threshold === undefined || !isStaticComparison(comparison)) return [];
  return [
    {
      value: threshold,
      label: `Threshold ${SIGNS[comparison]} ${threshold}`,
      color: THRESHOLD_COLOR,
      fill: comparison.startsWith("Greater") ? "above" : "below",
    },
  ];
}

function metricRows({ metric, queries = [] }: MetricAlarmSettings): unknown[][] {
  if (metric === undefined) return queries.map(queryRow);
  const { namespace, name, dimensions, statistic, extendedStatistic, period, unit } = metric;
  const pairs = dimensions.flatMap(({ Name, Value }) => [Name, Value]);
  return [[namespace, name, ...pairs, { stat: statistic ?? extendedStatistic, period, ...(unit && { unit }) }]];
}

function queryRow({ Id, Expression, Label, MetricStat, Period, ReturnData }: MetricDataQuery): unknown[] {
  const shown = { id: Id, visible: ReturnData ?? true, ...(Label !== undefined && { label: Label }) };
  if (Expression !== undefined) return [{ expression: Expression, ...(Period && { period: Period }), ...shown }];
  const pairs = (MetricStat?.Metric?.Dimensions ?? []).flatMap(({ Name, Value }) => [Name, Value]);
  const { Stat: stat, Period: period, Unit: unit } = MetricStat ?? {};
  const options = { ...shown, stat, period, ...(unit && { unit }) };
  return [MetricStat?.Metric?.Namespace, MetricStat?.Metric?.MetricName, ...pairs, options];
}
