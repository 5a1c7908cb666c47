import { timeText, timeWithMillis } from "../time/format.ts";
import type { Span } from "../time-range/time-range.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** As much of `2026-11-21 05:43:52.123` as tells times apart that are a step from one another. */
export function tickText(ms: number, stepMs: number, { startMs, endMs }: Span, zone: string): string {
  if (stepMs < SECOND) return timeWithMillis(ms, zone).slice(11);
  const text = timeText(ms, zone);
  if (stepMs >= DAY) return text.slice(0, 10);
  if (endMs - startMs > DAY) return text.slice(5, 16);
  return stepMs < MINUTE ? text.slice(11) : text.slice(11, 16);
}
