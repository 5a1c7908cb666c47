import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { AlarmState as StateAt } from "@nephoscope/charts";
import type { MetricProperties, MetricRow } from "@nephoscope/languages/dashboard-body";
import type { Json } from "../api/json-types.ts";
import { writeRows } from "../metrics/graph-state.ts";
import type { Span } from "../time-range/time-range.ts";
import { type AlarmState, signOf } from "./alarm-form.ts";

type MetricAlarm = Json<CloudWatch.MetricAlarm>;
type HistoryItem = Json<CloudWatch.AlarmHistoryItem>;

/** What an alarm watches, as a graph with its threshold. */
export function graphOfAlarm(alarm: MetricAlarm): MetricProperties {
  const threshold =
    alarm.Threshold === undefined
      ? {}
      : {
          annotations: {
            horizontal: [
              {
                value: alarm.Threshold,
                label: `Threshold ${signOf(alarm.ComparisonOperator ?? "")} ${alarm.Threshold}`,
                color: "#d13212",
              },
            ],
          },
        };
  if (alarm.MetricName !== undefined) {
    return {
      metrics: [
        [
          alarm.Namespace ?? "",
          alarm.MetricName,
          ...(alarm.Dimensions ?? []).flatMap(({ Name = "", Value = "" }) => [Name, Value]),
          ...(alarm.Unit === undefined ? [] : [{ unit: alarm.Unit }]),
        ],
      ],
      stat: alarm.ExtendedStatistic ?? alarm.Statistic ?? "Average",
      period: alarm.Period ?? 300,
      ...threshold,
    };
  }
  const watched = new Set(
    (alarm.Metrics ?? []).flatMap(({ Id = "", ReturnData }) =>
      ReturnData !== false || Id === alarm.ThresholdMetricId ? Id : [],
    ),
  );
  const rows = rowsOfAlarm(alarm).map((row) => ({
    ...row,
    options: { ...row.options, visible: watched.has(row.options.id ?? "") },
  }));
  return { metrics: writeRows(rows), period: periodOf(alarm), ...threshold };
}

/** What an alarm of math or a band reads, as rows of a graph. */
export const rowsOfAlarm = ({ Metrics = [] }: MetricAlarm): readonly MetricRow[] =>
  Metrics.map(({ Id: id = "", Expression, MetricStat, Label, Period, AccountId }): MetricRow => {
    const shared = {
      id,
      ...(Label !== undefined && { label: Label }),
      ...(AccountId !== undefined && { accountId: AccountId }),
    };
    if (MetricStat === undefined)
      return {
        kind: "expression",
        expression: Expression ?? "",
        options: { ...shared, ...(Period !== undefined && { period: Period }) },
      };
    const { Namespace = "", MetricName = "", Dimensions = [] } = MetricStat.Metric ?? {};
    return {
      kind: "metric",
      namespace: Namespace,
      metric: MetricName,
      dimensions: Dimensions.map(({ Name = "", Value = "" }) => [Name, Value] as const),
      options: {
        ...shared,
        stat: MetricStat.Stat ?? "Average",
        period: MetricStat.Period ?? 300,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    };
  });

/** Seconds of the alarm's periods: the longest that it reads. */
export const periodOf = (alarm: MetricAlarm): number =>
  alarm.Period ??
  Math.max(60, ...(alarm.Metrics ?? []).map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60));

/** The states of an alarm over a time, from its history. Each holds until the next. */
export function statesOf(
  history: readonly HistoryItem[],
  now: { readonly state: AlarmState | undefined; readonly sinceMs: number | undefined },
  span: Span,
): readonly StateAt[] {
  const changes = history
    .filter(({ HistoryItemType }) => HistoryItemType === "StateUpdate")
    .flatMap(({ Timestamp, HistoryData }) => {
      const read = readChange(HistoryData);
      return Timestamp === undefined || read === undefined ? [] : [{ atMs: Timestamp * 1_000, ...read }];
    })
    .sort((a, b) => a.atMs - b.atMs);
  const [first] = changes;
  // Before it was made it was in no state.
  const beginMs = Math.max(span.startMs, createdMs(history) ?? span.startMs);
  if (first === undefined) {
    return now.state === undefined ? [] : [{ atMs: Math.max(now.sinceMs ?? beginMs, beginMs), state: now.state }];
  }
  const before = first.before !== undefined && first.atMs > beginMs ? [{ atMs: beginMs, state: first.before }] : [];
  return [...before, ...changes.map(({ atMs, state }) => ({ atMs, state }))];
}

/** When the alarm was made, as far as its history says so. */
function createdMs(history: readonly HistoryItem[]): number | undefined {
  const found = history.find(
    ({ HistoryItemType, HistorySummary = "" }) =>
      HistoryItemType === "ConfigurationUpdate" && /" created$/.test(HistorySummary),
  );
  return found?.Timestamp === undefined ? undefined : found.Timestamp * 1_000;
}

function readChange(
  data: string | undefined,
): { readonly state: AlarmState; readonly before: AlarmState | undefined } | undefined {
  try {
    const read = JSON.parse(data ?? "");
    const state = stateOf(read?.newState?.stateValue);
    return state === undefined ? undefined : { state, before: stateOf(read?.oldState?.stateValue) };
  } catch {
    // An entry of another form tells no state.
    return undefined;
  }
}

export const stateOf = (value: unknown): AlarmState | undefined =>
  value === "ALARM" || value === "OK" || value === "INSUFFICIENT_DATA" ? value : undefined;
