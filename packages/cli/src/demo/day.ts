import type { Dice } from "./dice.ts";

/** The 24 hours that the sample data covers, in epoch milliseconds; `end` is not part of it. */
export interface Day {
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function dayUntil(end: number): Day {
  return { start: end - 24 * HOUR, end };
}

/** How busy a public web service is over the day in UTC: quiet at four, busiest in the afternoon. The mean is 1. */
export function officeHours(time: number): number {
  const hour = (time / HOUR) % 24;
  return 1 + 0.75 * Math.sin(((hour - 10) / 24) * 2 * Math.PI);
}

/** The same all day: machines that talk to machines. */
export function steady(): number {
  return 1;
}

/**
 * Spreads `count` moments over the day in rising order, denser where `shape` is larger, with the unevenness from minute
 * to minute that real traffic has.
 */
export function* spread(day: Day, count: number, shape: (time: number) => number, dice: Dice): Generator<number> {
  const weights: number[] = [];
  for (let minute = day.start; minute < day.end; minute += MINUTE)
    weights.push(shape(minute) * dice.longTailed(1, 0.15));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  let given = 0;
  for (const [index, weight] of weights.entries()) {
    before += weight;
    const due = Math.round((before / total) * count);
    const moments = Array.from({ length: due - given }, () => dice.fraction() * MINUTE).sort((a, b) => a - b);
    for (const moment of moments) yield Math.floor(day.start + index * MINUTE + moment);
    given = due;
  }
}

/** The moment in the day at which a clock in UTC shows the time. Every clock time occurs once in 24 hours. */
export function atClock(day: Day, hour: number, minute: number): number {
  const midnight = Math.floor(day.start / (24 * HOUR)) * 24 * HOUR;
  const time = midnight + hour * HOUR + minute * MINUTE;
  return time < day.start ? time + 24 * HOUR : time;
}
