import { resolveTime } from "@nephoscope/languages/dashboard-body";
import type { TimeRange, TimeUnit } from "../time-range/time-range.ts";

const SIMPLE = /^-P(?:(\d+)([DWMY])|T(\d+)([HMS]))$/;
const UNITS: Readonly<Record<string, TimeUnit>> = { D: "day", W: "week", M: "month", Y: "year" };
const TIME_UNITS: Readonly<Record<string, TimeUnit>> = { H: "hour", M: "minute", S: "second" };

/** The range that a dashboard opens with, as far as it says one: relative when it is so long before now. */
export function rangeOfBody(
  { start, end }: { readonly start?: string | undefined; readonly end?: string | undefined },
  nowMs: number,
): TimeRange | undefined {
  if (start === undefined) return undefined;
  const [, days, dayUnit = "", hours, hourUnit = ""] = SIMPLE.exec(start) ?? [];
  const amount = Number(days ?? hours);
  const unit = days === undefined ? TIME_UNITS[hourUnit] : UNITS[dayUnit];
  if (end === undefined && unit !== undefined && amount > 0) return { kind: "relative", amount, unit };
  const startMs = resolveTime(start, nowMs);
  const endMs = end === undefined ? nowMs : resolveTime(end, nowMs);
  return startMs === undefined || endMs === undefined || endMs <= startMs
    ? undefined
    : { kind: "absolute", startMs, endMs };
}
