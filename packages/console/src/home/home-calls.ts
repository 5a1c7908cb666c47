import { logs, monitoring } from "../api/services.ts";
import { type StorageSum, sumStorage } from "./storage-sum.ts";

export const STATES = ["ALARM", "INSUFFICIENT_DATA", "OK"] as const;
export type AlarmState = (typeof STATES)[number];

export interface AlarmsInState {
  readonly state: AlarmState;
  /** Names of the first hundred. */
  readonly names: readonly string[];
  readonly more: boolean;
}

/** As many as DescribeAlarms gives at once. */
const MOST_ALARMS = 100;

export async function alarmsInState(state: AlarmState, signal: AbortSignal): Promise<AlarmsInState> {
  const answer = await monitoring(
    "DescribeAlarms",
    { StateValue: state, MaxRecords: MOST_ALARMS, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    signal,
  );
  const all = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
  return { state, names: all.flatMap(({ AlarmName }) => AlarmName ?? []), more: answer.NextToken !== undefined };
}

export interface Ingest {
  /** One point for each five minutes, oldest first: milliseconds since 1970, and what arrived. */
  readonly points: readonly { readonly ms: number; readonly events: number; readonly bytes: number }[];
}

const PERIOD_S = 300;
const INGEST_MS = 3 * 3_600_000;

/** What arrived in the last three hours, from the metrics that the server keeps of itself. */
export async function ingestOf(now: number, signal: AbortSignal): Promise<Ingest> {
  const end = Math.ceil(now / 1_000 / PERIOD_S) * PERIOD_S;
  const start = end - INGEST_MS / 1_000;
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "AWS/Logs", MetricName }, Period: PERIOD_S, Stat: "Sum" },
  });
  const { MetricDataResults = [] } = await monitoring(
    "GetMetricData",
    {
      StartTime: start,
      EndTime: end,
      ScanBy: "TimestampAscending",
      MetricDataQueries: [query("events", "IncomingLogEvents"), query("bytes", "IncomingBytes")],
    },
    signal,
  );
  const values = (id: string) => {
    const result = MetricDataResults.find(({ Id }) => Id === id);
    return new Map((result?.Timestamps ?? []).map((time, index) => [time, result?.Values?.[index] ?? 0]));
  };
  const [events, bytes] = [values("events"), values("bytes")];
  const points = [];
  for (let time = start; time < end; time += PERIOD_S) {
    points.push({ ms: time * 1_000, events: events.get(time) ?? 0, bytes: bytes.get(time) ?? 0 });
  }
  return { points };
}

/** Pages of groups that are summed up: a thousand groups. */
const MOST_PAGES = 20;

/** What is stored, over the first thousand groups. */
export async function storage(signal: AbortSignal): Promise<StorageSum> {
  const groups = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await logs("DescribeLogGroups", { limit: 50, ...(nextToken !== undefined && { nextToken }) }, signal);
    groups.push(...(page.logGroups ?? []));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return sumStorage(groups, nextToken !== undefined);
}
