import type { SignedClient } from "./signed-client.ts";

/** A log group of the run. Its retention decides how its events are partitioned. */
export interface Place {
  readonly group: string;
  readonly retentionInDays: number | undefined;
  /** Its events are encrypted under a key of KMS. */
  readonly sealed?: boolean;
  readonly streams: readonly string[];
  /** A moment that divides two partitions of the group and is acceptable now; a batch around it touches both. */
  readonly boundary: (nowMs: number) => number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Monday 5 January 1970, from which weeks are counted. */
const A_MONDAY_MS = 4 * DAY_MS;

/**
 * Midnight for days. Late in the evening it is the coming one: the last one would leave a group that keeps a day, and
 * PutLogEvents takes events up to two hours ahead.
 */
function midnight(nowMs: number): number {
  const last = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return nowMs - last > 22.5 * HOUR_MS ? last + DAY_MS : last;
}

const monday = (nowMs: number) => Math.floor((nowMs - A_MONDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + A_MONDAY_MS;

/** The first of the month while it is young enough to be accepted, else midnight, which divides nothing then. */
function month(nowMs: number): number {
  const now = new Date(nowMs);
  return now.getUTCDate() <= 13 ? Date.UTC(now.getUTCFullYear(), now.getUTCMonth()) : midnight(nowMs);
}

const streams = ["first", "second", "shared"] as const;

export const PLACES: readonly Place[] = [
  { group: "crash/never", retentionInDays: undefined, streams, boundary: month },
  { group: "crash/day", retentionInDays: 1, streams, boundary: midnight },
  { group: "crash/month", retentionInDays: 30, streams, boundary: midnight },
  { group: "crash/quarter", retentionInDays: 90, streams, boundary: monday },
  { group: "crash/sealed", retentionInDays: undefined, sealed: true, streams, boundary: month },
  { group: "crash/sealed-day", retentionInDays: 1, sealed: true, streams, boundary: midnight },
];

/** What the probes after a kill write to. */
export const PROBED = { group: "crash/never", stream: "probes" } as const;

/** @param kmsKeyId a key that log groups may use */
export async function makePlaces(client: SignedClient, kmsKeyId: string): Promise<void> {
  for (const { group: logGroupName, retentionInDays, sealed, streams: names } of PLACES) {
    await client.call("CreateLogGroup", sealed === true ? { logGroupName, kmsKeyId } : { logGroupName });
    if (retentionInDays !== undefined) await client.call("PutRetentionPolicy", { logGroupName, retentionInDays });
    for (const logStreamName of names) await client.call("CreateLogStream", { logGroupName, logStreamName });
  }
  await client.call("CreateLogStream", { logGroupName: PROBED.group, logStreamName: PROBED.stream });
}
