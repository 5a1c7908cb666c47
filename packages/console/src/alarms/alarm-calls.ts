import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { Json } from "../api/json-types.ts";
import { queryCache } from "../api/query-cache.ts";
import { monitoring } from "../api/services.ts";
import { periodText } from "../metrics/choices.ts";
import { type AlarmState, signOf } from "./alarm-form.ts";
import { periodOf, stateOf } from "./alarm-graph.ts";

export type MetricAlarm = Json<CloudWatch.MetricAlarm>;
export type CompositeAlarm = Json<CloudWatch.CompositeAlarm>;
export type HistoryItem = Json<CloudWatch.AlarmHistoryItem>;

/** Either kind of alarm, with what both have. */
export type Alarm = {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly state: AlarmState;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly updatedMs: number | undefined;
  readonly actionsOn: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
} & (
  | { readonly kind: "metric"; readonly alarm: MetricAlarm }
  | { readonly kind: "composite"; readonly alarm: CompositeAlarm }
);

function alarmOf(given: { kind: "metric"; alarm: MetricAlarm } | { kind: "composite"; alarm: CompositeAlarm }): Alarm {
  const { alarm } = given;
  const shared = {
    name: alarm.AlarmName ?? "",
    arn: alarm.AlarmArn ?? "",
    description: alarm.AlarmDescription ?? "",
    state: stateOf(alarm.StateValue) ?? "INSUFFICIENT_DATA",
    reason: alarm.StateReason ?? "",
    updatedMs: alarm.StateUpdatedTimestamp === undefined ? undefined : alarm.StateUpdatedTimestamp * 1_000,
    actionsOn: alarm.ActionsEnabled !== false,
    actions: {
      ALARM: alarm.AlarmActions ?? [],
      OK: alarm.OKActions ?? [],
      INSUFFICIENT_DATA: alarm.InsufficientDataActions ?? [],
    },
  };
  return given.kind === "metric"
    ? { ...shared, kind: "metric", alarm: given.alarm }
    : { ...shared, kind: "composite", alarm: given.alarm };
}

const MOST_PAGES = 50;

/** Alarms of both kinds; all of the region, or those of these names. */
export async function listAlarms(
  names: readonly string[] | undefined,
  signal?: AbortSignal,
): Promise<readonly Alarm[]> {
  const found: Alarm[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await monitoring(
      "DescribeAlarms",
      {
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        MaxRecords: 100,
        ...(names !== undefined && { AlarmNames: [...names] }),
        ...(NextToken !== undefined && { NextToken }),
      },
      signal,
    );
    found.push(...(answer.MetricAlarms ?? []).map((alarm) => alarmOf({ kind: "metric", alarm })));
    found.push(...(answer.CompositeAlarms ?? []).map((alarm) => alarmOf({ kind: "composite", alarm })));
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === "") return found;
  }
  throw new Error(`There are more than ${MOST_PAGES * 100} alarms, which this list can not show. Use the AWS CLI.`);
}

/** The newest hundred entries. */
export async function historyOf(AlarmName: string, signal?: AbortSignal): Promise<readonly HistoryItem[]> {
  const answer = await monitoring(
    "DescribeAlarmHistory",
    { AlarmName, AlarmTypes: ["MetricAlarm", "CompositeAlarm"], MaxRecords: 100, ScanBy: "TimestampDescending" },
    signal,
  );
  return answer.AlarmHistoryItems ?? [];
}

export const alarmsChanged = () => queryCache.invalidateQueries({ queryKey: ["monitoring"] });

/** What an alarm waits for, in words. */
export function conditionText({ kind, alarm }: Alarm): string {
  if (kind === "composite") return alarm.AlarmRule ?? "";
  const what = alarm.MetricName ?? alarm.Metrics?.find(({ ReturnData }) => ReturnData !== false)?.Label ?? "Expression";
  const limit =
    alarm.Threshold === undefined
      ? "outside of its band"
      : `${signOf(alarm.ComparisonOperator ?? "")} ${alarm.Threshold}`;
  const of = alarm.EvaluationPeriods ?? 1;
  return `${what} ${limit} for ${alarm.DatapointsToAlarm ?? of} of ${of} datapoints within ${spanText(of * periodOf(alarm))}`;
}

function spanText(seconds: number): string {
  if (seconds % 3_600 === 0 || seconds < 60 || seconds % 60 !== 0)
    return seconds % 3_600 === 0 ? counted(seconds / 3_600, "hour") : periodText(seconds);
  return counted(seconds / 60, "minute");
}

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`;

export const STATE_TEXTS = {
  ALARM: { type: "error", text: "In alarm" },
  OK: { type: "success", text: "OK" },
  INSUFFICIENT_DATA: { type: "pending", text: "Insufficient data" },
} as const;
