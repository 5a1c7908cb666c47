import { InsightsSyntaxError, type Span } from "./syntax-error.ts";

export type PeriodUnit = "ms" | "s" | "m" | "h" | "d" | "w" | "mo" | "q" | "y";

/** A length of time as `bin`, `datefloor` and `dateceil` take it. */
export interface Period {
  readonly amount: number;
  readonly unit: PeriodUnit;
  /** The amount before AWS's clamping, which is of bins and dates only. */
  readonly written: number;
}

const NAMES: Readonly<Record<PeriodUnit, readonly string[]>> = {
  ms: ["ms", "msec", "millisecond"],
  s: ["s", "sec", "second"],
  m: ["m", "min", "minute"],
  h: ["h", "hr", "hour"],
  d: ["d", "day"],
  w: ["w", "week"],
  mo: ["mo", "mon", "month"],
  q: ["q", "qtr", "quarter"],
  y: ["y", "yr", "year"],
};

/** AWS clamps larger amounts silently: `bin(300s)` is 60 seconds. */
const CAPS: Readonly<Partial<Record<PeriodUnit, number>>> = { ms: 1000, s: 60, m: 60, h: 24 };

/** Calendar units have no cap in AWS's text; this one keeps the arithmetic inside ClickHouse's date range. */
const CALENDAR_CAP = 1000;

const UNIT_MILLISECONDS: Readonly<Partial<Record<PeriodUnit, number>>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads `5m`, `1hour`, `2weeks`; amounts over AWS's caps are clamped as AWS does. */
export function parsePeriod(text: string, span: Span): Period {
  const match = /^([0-9]+)([A-Za-z]+)$/.exec(text);
  const word = match?.[2]?.toLowerCase() ?? "";
  // Multi-letter units take a plural: "secs", "minutes", "mos".
  const unit = unitNamed(word) ?? (word.length > 2 && word.endsWith("s") ? unitNamed(word.slice(0, -1)) : undefined);
  const amount = Number(match?.[1]);
  if (unit === undefined || !Number.isSafeInteger(amount) || amount < 1) {
    throw new InsightsSyntaxError(
      `"${text.slice(0, 40)}" is not a period. Write a whole number from 1 and a unit: ms, s, m, h, d, w, mo, q or y, as in 5m. Put a field name that starts with a digit in backticks.`,
      span,
    );
  }
  return Object.freeze({ amount: Math.min(amount, CAPS[unit] ?? CALENDAR_CAP), unit, written: amount });
}

function unitNamed(word: string): PeriodUnit | undefined {
  for (const [unit, names] of Object.entries(NAMES)) {
    if (names.includes(word)) return unit as PeriodUnit;
  }
  return undefined;
}

/** The period's fixed length, or undefined for calendar units (weeks, months, quarters, years). */
export function periodMilliseconds(period: Period): number | undefined {
  const unit = UNIT_MILLISECONDS[period.unit];
  return unit === undefined ? undefined : unit * period.amount;
}

/** The length as it was written, without AWS's clamping: of a week too, but of no longer calendar unit. */
export function spanMilliseconds({ written, unit }: Period): number | undefined {
  const length = unit === "w" ? 7 * 86_400_000 : UNIT_MILLISECONDS[unit];
  return length === undefined || written * length > MAX_SPAN_MS ? undefined : length * written;
}

/** A hundred years: longer spans mean nothing, and their milliseconds would leave the engine's range. */
const MAX_SPAN_MS = 36_525 * 86_400_000;

/** `5m`, as plans show it. */
export function formatPeriod(period: Period): string {
  return `${period.amount}${period.unit}`;
}
