import { parseSchedule } from "./schedule.ts";
import type { ScheduledQuerySettings } from "./scheduled-query.ts";

/** Without a time zone the schedule is in UTC (user guide, "Schedule expression reference"). */
const DEFAULT_TIMEZONE = "UTC";
/** How far a run looks back when nothing is set: the console's default range. */
const DEFAULT_START_OFFSET_S = 3_600;
/** Epoch seconds stay below it until the year 5138, milliseconds are above it since 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** A time that is given in epoch seconds or milliseconds, in milliseconds: AWS's pages only say "Unix epoch format". */
export const epochMs = (time: number) => (time < FIRST_MILLISECONDS ? time * 1_000 : time);

/**
 * When the query runs next after `afterMs`; undefined when it doesn't.
 * @throws ScheduleRefused
 */
export function nextTime(
  query: Pick<
    ScheduledQuerySettings,
    "scheduleExpression" | "timezone" | "scheduleStartTime" | "scheduleEndTime" | "state"
  >,
  anchorMs: number,
  afterMs: number,
): number | undefined {
  const schedule = parseSchedule(query.scheduleExpression, query.timezone ?? DEFAULT_TIMEZONE, anchorMs);
  if (query.state === "DISABLED") return undefined;
  // A run exactly at the start is one.
  const start = query.scheduleStartTime === undefined ? afterMs : epochMs(query.scheduleStartTime) - 1;
  const time = schedule.next(Math.max(afterMs, start));
  const over = query.scheduleEndTime !== undefined && time !== undefined && time > epochMs(query.scheduleEndTime);
  return over ? undefined : time;
}

/**
 * The range of a run, in epoch seconds, both inclusive as StartQuery has them. It ends a second before its time, so that
 * the ranges of runs that follow each other don't overlap.
 */
export function rangeAt(
  query: Pick<ScheduledQuerySettings, "startTimeOffset" | "endTimeOffset">,
  timeMs: number,
): { startTime: number; endTime: number } {
  const time = Math.floor(timeMs / 1_000);
  const startTime = time - (query.startTimeOffset ?? DEFAULT_START_OFFSET_S);
  return { startTime, endTime: Math.max(startTime, time - (query.endTimeOffset ?? 0) - 1) };
}
