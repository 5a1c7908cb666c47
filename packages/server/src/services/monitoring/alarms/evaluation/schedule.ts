/** When an alarm is evaluated, and at which periods it looks then (user guide, "Alarm evaluation"). */
export interface Schedule {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
  /** Periods to look at; evaluationRange, or N for a window that follows the calendar. */
  readonly range: number;
  /** Where periods begin and end, for a window that follows the calendar. */
  readonly calendar?: Calendar | undefined;
}

/** Cuts time into the periods of a calendar. */
export interface Calendar {
  /** The start of the period that a time lies in. All in milliseconds since the epoch. */
  startOf(ms: number): number;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/**
 * Seconds between evaluations: ten for high resolution, an hour when more than a day of data is looked at, a minute else.
 */
export function cadence({ period, evaluationPeriods, calendar }: Schedule): number {
  if (calendar !== undefined) return MINUTE;
  if (period < MINUTE) return 10;
  return period * evaluationPeriods > DAY ? HOUR : MINUTE;
}

/** How long after the start of its interval an alarm may be due: intervals of an hour are not spread over the whole hour. */
export function spreadSeconds(schedule: Schedule): number {
  return Math.min(cadence(schedule), MINUTE);
}

/** The end of the newest period that an evaluation at `nowMs` looks at. */
export function windowEnd(schedule: Schedule, nowMs: number): number {
  if (schedule.calendar !== undefined) return schedule.calendar.startOf(nowMs);
  const step = cadence(schedule) * 1_000;
  return Math.floor(nowMs / step) * step;
}

/** The starts of the periods to look at, newest first. */
export function periodStarts(schedule: Schedule, endMs: number): number[] {
  const starts: number[] = [];
  let end = endMs;
  for (let index = 0; index < schedule.range; index++) {
    end = schedule.calendar === undefined ? end - schedule.period * 1_000 : schedule.calendar.startOf(end - 1);
    starts.push(end);
  }
  return starts;
}

/**
 * Where in its interval an alarm is due, in milliseconds: by its id, so that alarms are spread evenly and each is always
 * evaluated at the same second, over restarts too.
 */
export function offsetOf(schedule: Schedule, id: string): number {
  // FNV-1a over the id.
  let hash = 2_166_136_261;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 16_777_619);
  return (hash >>> 0) % (spreadSeconds(schedule) * 1_000);
}

/** The first time after `nowMs` at which the alarm is due. */
export function nextDue(schedule: Schedule, offsetMs: number, nowMs: number): number {
  const step = cadence(schedule) * 1_000;
  return (Math.floor((nowMs - offsetMs) / step) + 1) * step + offsetMs;
}
