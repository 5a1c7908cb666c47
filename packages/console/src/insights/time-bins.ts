import type { Span } from "../time-range/time-range.ts";

/** A length of time that `bin(...)` takes. */
export interface Bin {
  /** As the language writes it. */
  readonly text: string;
  readonly ms: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that people read without calculating. None is above what the language caps (60 s, 60 m, 24 h), and all begin at 1970 in UTC. */
const BINS: readonly Bin[] = [
  ...of("ms", 1, [1, 10, 100, 200, 500]),
  ...of("s", SECOND, [1, 2, 5, 10, 15, 30]),
  ...of("m", MINUTE, [1, 2, 5, 10, 15, 30]),
  ...of("h", HOUR, [1, 2, 3, 6, 12]),
  ...of("d", DAY, [1, 2, 5, 10, 20, 50, 100, 200, 500]),
];

function of(unit: string, unitMs: number, amounts: readonly number[]): readonly Bin[] {
  return amounts.map((amount) => ({ text: `${amount}${unit}`, ms: amount * unitMs }));
}

/** The shortest bin of which no more than `most` cover the range. */
export function binFor({ startMs, endMs }: Span, most: number): Bin {
  const found = BINS.find(({ ms }) => Math.floor(endMs / ms) - Math.floor(startMs / ms) < most);
  return found ?? BINS[BINS.length - 1] ?? { text: "1d", ms: DAY };
}

/** How many events there are from `startMs` to the next bin. */
export interface BinCount {
  readonly startMs: number;
  readonly count: number;
}

/** A count for every bin of the range, those without events too. Counts outside of the range are left out. */
export function fillBins({ startMs, endMs }: Span, bin: Bin, counts: ReadonlyMap<number, number>): readonly BinCount[] {
  const first = Math.floor(startMs / bin.ms) * bin.ms;
  const bins: BinCount[] = [];
  for (let at = first; at <= endMs; at += bin.ms) bins.push({ startMs: at, count: counts.get(at) ?? 0 });
  return bins;
}

/** The range between two places of the histogram, in whole bins: the last one to its last millisecond, and never beyond the range shown. */
export function brushed(span: Span, bin: Bin, fromMs: number, toMs: number): Span {
  const [low, high] = fromMs <= toMs ? [fromMs, toMs] : [toMs, fromMs];
  const startMs = Math.floor(low / bin.ms) * bin.ms;
  const endMs = Math.floor(high / bin.ms) * bin.ms + bin.ms - 1;
  // Queries are asked in whole seconds, so shorter bins give at least one.
  const whole = {
    startMs: Math.floor(startMs / SECOND) * SECOND,
    endMs: Math.floor(endMs / SECOND) * SECOND + SECOND - 1,
  };
  return { startMs: Math.max(span.startMs, whole.startMs), endMs: Math.min(span.endMs, whole.endMs) };
}

/** Milliseconds since 1970 of a time as results show it (`2026-01-31 23:59:59.999`, in UTC); undefined for other text. */
export function timeOfResult(text: string | undefined): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}\.\d{3})$/.exec(text ?? "");
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
