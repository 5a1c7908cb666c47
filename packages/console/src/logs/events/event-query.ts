import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type { Input } from "../../api/json-types.ts";
import type { QueryValues } from "../../shell/route.ts";
import { readTimeRange, spanOf, type TimeRange, writeTimeRange } from "../../time-range/time-range.ts";

/** What a page of events shows; all of it stands in the page's address. */
export interface EventQuery {
  readonly group: string;
  /** Undefined for all streams. */
  readonly stream: string | undefined;
  readonly pattern: string;
  readonly range: TimeRange;
  /** A moment to show events around, in place of a range; milliseconds since 1970. */
  readonly at: number | undefined;
  /** The event that a link points to. */
  readonly event: string | undefined;
}

export const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 1, unit: "day" };

/** A link is anyone's text: what is no good in it is left out. */
export function readEventQuery(group: string, address: URLSearchParams): EventQuery {
  const at = Date.parse(address.get("at") ?? "");
  return {
    group,
    stream: address.get("stream") || undefined,
    pattern: (address.get("filter") ?? "").slice(0, LONGEST_PATTERN),
    range: readTimeRange(address.get("range") ?? "") ?? DEFAULT_RANGE,
    at: Number.isFinite(at) ? at : undefined,
    event: address.get("event") || undefined,
  };
}

/** FilterLogEvents takes no longer patterns. */
const LONGEST_PATTERN = 1024;

/** Values for the page's address. */
export function writeEventQuery({ stream, pattern, range, at, event }: EventQuery): QueryValues {
  const isDefault = writeTimeRange(range) === writeTimeRange(DEFAULT_RANGE);
  return {
    stream,
    filter: pattern || undefined,
    range: at !== undefined || isDefault ? undefined : writeTimeRange(range),
    at: at === undefined ? undefined : new Date(at).toISOString(),
    event,
  };
}

export interface Slice {
  readonly startMs: number;
  readonly endMs: number;
  readonly newestFirst: boolean;
}

/** Events of a page; more than a window shows, little enough to come at once. */
export const PAGE_EVENTS = 200;

/** Newest first is offered for events since 2024 only (FilterLogEvents, API reference, startFromHead). */
const NEWEST_FIRST_SINCE_MS = Date.UTC(2024, 0, 1);
/** Later than any event can be: PutLogEvents takes none of more than two hours from now. */
export const AHEAD_MS = 3 * 3_600_000;

/**
 * The slices of time in which the two ends of a query's events go on. Those of a range are read from its newest end, those of a moment in
 * both directions; what the API can not give newest first is read from its oldest end.
 */
export function slicesOf({ at, range }: EventQuery, nowMs: number): { readonly older?: Slice; readonly newer?: Slice } {
  if (at !== undefined) {
    const newer = { startMs: at, endMs: nowMs + AHEAD_MS, newestFirst: false };
    return at < NEWEST_FIRST_SINCE_MS
      ? { newer }
      : { older: { startMs: NEWEST_FIRST_SINCE_MS, endMs: at, newestFirst: true }, newer };
  }
  const { startMs, endMs } = spanOf(range, nowMs);
  // A relative range goes on to what a clock that is ahead has written.
  const until = range.kind === "relative" ? endMs + AHEAD_MS : endMs;
  return startMs >= NEWEST_FIRST_SINCE_MS
    ? { older: { startMs, endMs: until, newestFirst: true } }
    : { newer: { startMs, endMs: until, newestFirst: false } };
}

/** The call for a page of the events in a slice of time. */
export function eventsCall(
  { group, stream, pattern }: EventQuery,
  { startMs, endMs, newestFirst }: Slice,
  nextToken?: string,
): Input<typeof Logs, "FilterLogEvents"> {
  return {
    logGroupName: group,
    ...(stream !== undefined && { logStreamNames: [stream] }),
    ...(pattern !== "" && { filterPattern: pattern }),
    startTime: Math.max(0, Math.floor(startMs)),
    endTime: Math.max(0, Math.floor(endMs)),
    ...(newestFirst && { startFromHead: false }),
    limit: PAGE_EVENTS,
    ...(nextToken !== undefined && { nextToken }),
  };
}
