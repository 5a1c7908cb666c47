/** A bound of a range of values: a share of the values in per cent, or a value. */
export type StatisticBound = { readonly percent: number } | { readonly value: number };

/** The five statistics that need no distribution. */
export type SimpleStatistic = "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum";

/** What is made of the values of one period. */
export type Statistic =
  | { readonly kind: SimpleStatistic }
  | { readonly kind: "Percentile"; readonly percent: number }
  /** TM: trimmed mean, WM: winsorized mean, TC: trimmed count, TS: trimmed sum, PR: percentile rank. */
  | {
      readonly kind: "TM" | "WM" | "TC" | "TS" | "PR";
      readonly lower: StatisticBound | undefined;
      readonly upper: StatisticBound | undefined;
    };

export const SIMPLE_STATISTICS: readonly SimpleStatistic[] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const SHORT = new RegExp(`^(p|tm|wm|tc|ts)(${NUMBER})$`);
const RANGE = new RegExp(`^(TM|WM|TC|TS)\\((?:(${NUMBER})(%?))?:(?:(${NUMBER})(%?))?\\)$`);
const RANK = new RegExp(`^PR\\((-?${NUMBER})?:(-?${NUMBER})?\\)$`);

/**
 * Reads a statistic as requests name it: `Sum`, `p99.9`, `tm90`, `TM(10%:90%)`, `TC(0.005:0.03)`, `PR(:300)`, `IQM`. The short forms
 * are lower case and the ranges upper case; undefined for anything else (user guide, "CloudWatch statistics definitions").
 */
export function parseStatistic(text: string): Statistic | undefined {
  const simple = SIMPLE_STATISTICS.find((name) => name === text);
  if (simple !== undefined) return { kind: simple };
  if (text === "IQM") return { kind: "TM", lower: { percent: 25 }, upper: { percent: 75 } };
  const short = SHORT.exec(text);
  if (short !== null) return shortForm(short[1] ?? "", Number(short[2]));
  const range = RANGE.exec(text);
  if (range !== null) return rangeForm(range);
  const rank = RANK.exec(text);
  if (rank === null) return undefined;
  const lower = rank[1] === undefined ? undefined : { value: Number(rank[1]) };
  const upper = rank[2] === undefined ? undefined : { value: Number(rank[2]) };
  return isRange(lower, upper) ? { kind: "PR", lower, upper } : undefined;
}

function shortForm(letters: string, percent: number): Statistic | undefined {
  if (percent > 100) return undefined;
  if (letters === "p") return { kind: "Percentile", percent };
  const kind = RANGE_KINDS[letters.toUpperCase()];
  return kind && { kind, lower: undefined, upper: { percent } };
}

const RANGE_KINDS: Readonly<Record<string, "TM" | "WM" | "TC" | "TS">> = { TM: "TM", WM: "WM", TC: "TC", TS: "TS" };

function rangeForm([, letters, low, lowSign, high, highSign]: RegExpExecArray): Statistic | undefined {
  const kind = RANGE_KINDS[letters ?? ""];
  // Both bounds are of one sort: per cent or values.
  if (kind === undefined || (low !== undefined && high !== undefined && lowSign !== highSign)) return undefined;
  const bound = (number: string | undefined, sign: string | undefined): StatisticBound | undefined =>
    number === undefined ? undefined : sign === "%" ? { percent: Number(number) } : { value: Number(number) };
  const lower = bound(low, lowSign);
  const upper = bound(high, highSign);
  return isRange(lower, upper) ? { kind, lower, upper } : undefined;
}

function isRange(lower: StatisticBound | undefined, upper: StatisticBound | undefined): boolean {
  if (lower === undefined && upper === undefined) return false;
  if ([lower, upper].some((bound) => bound !== undefined && "percent" in bound && bound.percent > 100)) return false;
  return lower === undefined || upper === undefined || numberOf(lower) < numberOf(upper);
}

const numberOf = (bound: StatisticBound) => ("percent" in bound ? bound.percent : bound.value);
