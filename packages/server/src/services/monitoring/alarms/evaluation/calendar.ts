import type { Calendar } from "./schedule.ts";

const DAY = 86_400_000;

/** The periods that a window may have that follows the calendar (API reference, WallClockWindow). */
export const CALENDAR_PERIODS: readonly number[] = [60, 300, 3_600, 86_400, 604_800];

const OFFSET = /^(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})$/;

/**
 * Periods that begin on the clock of a time zone: on the minute, the hour, at midnight, or on Monday. The zone is an IANA
 * name, or an offset in steps of five minutes.
 * @throws RangeError for a zone that is not known
 */
export function calendar(periodSeconds: number, timezone: string): Calendar {
  const offsetAt = zoneOffset(timezone);
  const period = periodSeconds * 1_000;
  // 1970-01-01 was a Thursday: weeks that begin on Monday are counted from three days before.
  const anchor = periodSeconds === 604_800 ? -3 * DAY : 0;
  const startOf = (ms: number) => {
    const local = ms + offsetAt(ms);
    const start = Math.floor((local - anchor) / period) * period + anchor;
    // The zone's offset may have changed since the start of the period: the offset that holds there counts.
    const guess = start - offsetAt(ms);
    return start - offsetAt(guess);
  };
  return { startOf };
}

function zoneOffset(timezone: string): (ms: number) => number {
  const [, sign, hours, minutes] = OFFSET.exec(timezone) ?? [];
  if (hours !== undefined && minutes !== undefined) {
    const total = Number(hours) * 60 + Number(minutes);
    if (total > 14 * 60 || Number(minutes) > 59 || total % 5 !== 0)
      throw new RangeError(`Invalid time zone: ${timezone}`);
    const fixed = (sign === "-" ? -total : total) * 60_000;
    return () => fixed;
  }
  if (timezone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
    const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return local - Math.floor(ms / 1_000) * 1_000;
  };
}
