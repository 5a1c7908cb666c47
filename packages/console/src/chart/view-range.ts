import type { Span } from "../time-range/time-range.ts";

/** Less is no graph. */
const SHORTEST_MS = 10_000;
/** CloudWatch keeps no metric for longer. */
const LONGEST_MS = 455 * 86_400_000;

/** The range moved by so many milliseconds, later than now only where it was. */
export function moved({ startMs, endMs }: Span, byMs: number, nowMs: number): Span {
  const by = Math.max(-startMs, byMs > 0 ? Math.max(0, Math.min(byMs, nowMs - endMs)) : byMs);
  return { startMs: startMs + by, endMs: endMs + by };
}

/** The range made so many times as long, with the time at its place. */
export function zoomed({ startMs, endMs }: Span, atMs: number, factor: number): Span {
  const length = endMs - startMs;
  const wanted = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, length * factor));
  const start = Math.max(0, atMs - ((atMs - startMs) / length) * wanted);
  return { startMs: start, endMs: start + wanted };
}
