import { offsetMinutes, timeText, timeWithMillis } from "../time/format.ts";
import type { Span } from "../time-range/time-range.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 50, 100, 500],
  ...[1, 5, 10, 30].map((each) => each * SECOND),
  ...[1, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((each) => each * DAY),
];

export interface Tick {
  readonly ms: number;
  readonly text: string;
}

/** At most so many times of a range that are round in the zone, with as much of each as tells it from the others. */
export function timeTicks({ startMs, endMs }: Span, most: number, zone: string): readonly Tick[] {
  const step = STEPS.find((each) => (endMs - startMs) / each < most) ?? endMs - startMs + 1;
  const shift = offsetMinutes(startMs, zone) * MINUTE;
  const ticks: Tick[] = [];
  for (let ms = Math.ceil((startMs + shift) / step) * step - shift; ms <= endMs && ticks.length < most; ms += step) {
    ticks.push({ ms, text: tickText(ms, step, { startMs, endMs }, zone) });
  }
  return ticks;
}

/** As much of `2026-11-21 05:43:52.123` as tells times apart that are a step from one another. */
export function tickText(ms: number, stepMs: number, { startMs, endMs }: Span, zone: string): string {
  if (stepMs < SECOND) return timeWithMillis(ms, zone).slice(11);
  const text = timeText(ms, zone);
  if (stepMs >= DAY) return text.slice(0, 10);
  if (endMs - startMs > DAY) return text.slice(5, 16);
  return stepMs < MINUTE ? text.slice(11) : text.slice(11, 16);
}
