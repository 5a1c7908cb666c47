const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds, at most a day (API reference: Period, 86,400). */
export function isPeriod(seconds: number): boolean {
  return [1, 5, 10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0);
}

/**
 * The start of a range as CloudWatch takes it: rounded down to what is kept of its age, or to the period's own division below a
 * minute (API reference, GetMetricData: StartTime).
 */
export function roundedStart(startMs: number, period: number, nowMs: number): number {
  const age = nowMs - startMs;
  const unit =
    age > 63 * DAY_MS
      ? HOUR_MS
      : age >= 15 * DAY_MS
        ? 5 * MINUTE_MS
        : period < 60 && age <= 3 * HOUR_MS
          ? period * SECOND_MS
          : MINUTE_MS;
  return Math.floor(startMs / unit) * unit;
}

/**
 * Whether data of the age of a range's start can be had in this period: what is not kept any more gives no data, and no error
 * (API reference: a period of seconds for 3 hours, of minutes for 15 days, of 5 minutes for 63 days, then of hours).
 */
export function isKept(startMs: number, period: number, nowMs: number): boolean {
  const age = nowMs - startMs;
  if (age > 63 * DAY_MS) return period % 3_600 === 0;
  if (age > 15 * DAY_MS) return period % 300 === 0;
  // A minute more, because the start was rounded down to the minute.
  if (age > 3 * HOUR_MS + MINUTE_MS) return period % 60 === 0;
  return true;
}
