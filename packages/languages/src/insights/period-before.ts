/** What `diff` compares the query's range with: an equally long one before it, for `logcompare` so many milliseconds before. */
export type ComparedPeriod =
  | "previous"
  | "previousDay"
  | "previousWeek"
  | "previousMonth"
  | { readonly shiftMs: number };

const DAY_MS = 86_400_000;

/** A range of time in milliseconds, both ends inclusive. */
export interface TimeRange {
  readonly startTimeMs: number;
  readonly endTimeMs: number;
}

/** The range compared with. A month is the calendar's, in UTC; its last days stand for days it does not have. */
export function comparedRange(period: ComparedPeriod, { startTimeMs, endTimeMs }: TimeRange): TimeRange {
  if (typeof period === "object") {
    return { startTimeMs: startTimeMs - period.shiftMs, endTimeMs: endTimeMs - period.shiftMs };
  }
  switch (period) {
    case "previous": {
      const length = endTimeMs - startTimeMs + 1;
      return { startTimeMs: startTimeMs - length, endTimeMs: startTimeMs - 1 };
    }
    case "previousDay":
      return { startTimeMs: startTimeMs - DAY_MS, endTimeMs: endTimeMs - DAY_MS };
    case "previousWeek":
      return { startTimeMs: startTimeMs - 7 * DAY_MS, endTimeMs: endTimeMs - 7 * DAY_MS };
    case "previousMonth": {
      const start = monthBefore(startTimeMs);
      return { startTimeMs: start, endTimeMs: start + (endTimeMs - startTimeMs) };
    }
  }
}

function monthBefore(ms: number): number {
  const date = new Date(ms);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, day) + (ms % DAY_MS);
}
