/** A time that is written below the axis. */
export interface TimeTick {
  readonly ms: number;
  /** The time of day; for ticks of whole days the date. */
  readonly label: string;
  /** The date, under the first tick and under the first of each day. */
  readonly date: string | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps that clocks and calendars are read in. */
const STEPS = [
  1_000,
  5_000,
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  182 * DAY,
  364 * DAY,
];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Ticks at round times of the zone, at most `most` of them. `offsetMinutes` is the zone's offset from UTC, the same for the
 * whole range: CloudWatch's zones are offsets too.
 */
export function timeTicks(startMs: number, endMs: number, most: number, offsetMinutes: number): TimeTick[] {
  const span = endMs - startMs;
  const step = STEPS.find((one) => span / one <= Math.max(1, most)) ?? Math.ceil(span / Math.max(1, most) / DAY) * DAY;
  const offset = offsetMinutes * MINUTE;
  const ticks: TimeTick[] = [];
  let day: string | undefined;
  for (let local = Math.ceil((startMs + offset) / step) * step; local <= endMs + offset; local += step) {
    const at = new Date(local);
    const date = dateText(at);
    const label = step >= DAY ? date : clockText(at, step);
    ticks.push({ ms: local - offset, label, date: step >= DAY || date === day ? undefined : date });
    day = date;
  }
  return ticks;
}

const two = (number: number) => String(number).padStart(2, "0");
const dateText = (at: Date) => `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}`;

function clockText(at: Date, step: number): string {
  const minutes = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return step < MINUTE ? `${minutes}:${two(at.getUTCSeconds())}` : minutes;
}

/** A moment in a zone, to the minute: `2026-11-21 09:05`. */
export function momentText(ms: number, offsetMinutes: number): string {
  return new Date(ms + offsetMinutes * MINUTE).toISOString().slice(0, 16).replace("T", " ");
}

/** A zone: `UTC`, `UTC+01:30`. */
export function zoneText(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "UTC";
  const size = Math.abs(offsetMinutes);
  return `UTC${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The minutes of an offset such as `+0130`; 0 for anything else. */
export function parseOffset(timezone: string | undefined): number {
  const match = /^([+-])(\d{2})(\d{2})$/.exec(timezone ?? "");
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
