import type { MetricAlarm, MetricAlarmSettings, MetricDataQuery } from "../alarm.ts";
import { alarmPeriod } from "../evaluation/settings-of-alarm.ts";

/** Periods before the change of state that the graph shows, and the least that it shows of time. */
const PERIODS = 60;
const LEAST_MS = 3_600_000;
/** A little of what came after helps to read the end of the line. */
const AFTER_MS = 60_000;

/** The MetricWidget of an alarm's mail: what it watches, around the change of state, with its threshold. */
export function graphWidget(name: string, region: string, { settings, condition }: MetricAlarm): string {
  const period = alarmPeriod(settings);
  const span = Math.max(LEAST_MS, PERIODS * period * 1_000);
  return JSON.stringify({
    title: name,
    view: "timeSeries",
    width: 600,
    height: 300,
    region,
    start: new Date(condition.updatedAt - span).toISOString(),
    end: new Date(condition.updatedAt + AFTER_MS).toISOString(),
    period,
    metrics: metricRows(settings),
    ...(settings.threshold !== undefined && {
      annotations: { horizontal: [{ value: settings.threshold, label: settings.comparison }] },
    }),
  });
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
