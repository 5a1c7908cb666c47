import type { Statistic, StatisticBound } from "./statistic.ts";

/** The values of one period, in rising order, and how often each occurs. */
export interface Distribution {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What is known of one period. */
export interface Period {
  readonly samples: number;
  readonly total: number;
  readonly lowest: number;
  readonly highest: number;
  /** Undefined where sets came of which only the summary is known. */
  readonly distribution: Distribution | undefined;
}

export function needsDistribution({ kind }: Statistic): boolean {
  return !(kind === "SampleCount" || kind === "Average" || kind === "Sum" || kind === "Minimum" || kind === "Maximum");
}

/**
 * A statistic of one period; undefined where it has none: the distribution is not known or has negative values (user guide,
 * "CloudWatch statistics definitions"), or a mean is asked of a range without values.
 */
export function statisticOf(statistic: Statistic, period: Period): number | undefined {
  switch (statistic.kind) {
    case "SampleCount":
      return period.samples;
    case "Sum":
      return period.total;
    case "Average":
      return period.total / period.samples;
    case "Minimum":
      return period.lowest;
    case "Maximum":
      return period.highest;
    default:
      return period.distribution === undefined || period.lowest < 0
        ? undefined
        : extended(statistic, period.distribution);
  }
}

function extended(
  statistic: Exclude<Statistic, { kind: "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum" }>,
  distribution: Distribution,
): number | undefined {
  if (statistic.kind === "Percentile") return valueAtRank(distribution, statistic.percent / 100);
  const { lower, upper } = statistic;
  const within = trim(distribution, lower, upper);
  switch (statistic.kind) {
    case "TC":
      return within.count;
    case "TS":
      return within.sum;
    case "TM":
      return within.count > 0 ? within.sum / within.count : undefined;
    case "PR":
      return (within.count / countOf(distribution)) * 100;
    case "WM": {
      const { below, above } = within;
      const low = lower === undefined ? 0 : boundValue(distribution, lower);
      const high = upper === undefined ? 0 : boundValue(distribution, upper);
      return (within.sum + below * low + above * high) / countOf(distribution);
    }
  }
}

/** The least value that at least this share of the values does not exceed (nearest rank): one that was really sent. */
function valueAtRank({ values, counts }: Distribution, share: number): number {
  const rank = share * counts.reduce((sum, count) => sum + count, 0);
  let passed = 0;
  for (const [i, count] of counts.entries()) {
    passed += count;
    // Counts are whole numbers as a rule, so that a rank just above one is a rounding of it.
    if (passed >= rank - rank * Number.EPSILON * 4) return values[i] ?? Number.NaN;
  }
  return values.at(-1) ?? Number.NaN;
}

const countOf = ({ counts }: Distribution) => counts.reduce((sum, count) => sum + count, 0);

const boundValue = (distribution: Distribution, bound: StatisticBound) =>
  "value" in bound ? bound.value : valueAtRank(distribution, bound.percent / 100);

/**
 * What is inside the bounds and how many values are outside. A share of the values is cut exactly, through the middle of equal
 * values if need be, so counts may be fractions. Of fixed bounds the lower is exclusive and the upper inclusive.
 */
function trim(distribution: Distribution, lower: StatisticBound | undefined, upper: StatisticBound | undefined) {
  const { values, counts } = distribution;
  const all = countOf(distribution);
  const from = lower !== undefined && "percent" in lower ? (all * lower.percent) / 100 : 0;
  const to = upper !== undefined && "percent" in upper ? (all * upper.percent) / 100 : all;
  const least = lower !== undefined && "value" in lower ? lower.value : Number.NEGATIVE_INFINITY;
  const most = upper !== undefined && "value" in upper ? upper.value : Number.POSITIVE_INFINITY;
  let passed = 0;
  let count = 0;
  let sum = 0;
  let below = 0;
  for (const [i, value] of values.entries()) {
    const occurs = counts[i] ?? 0;
    const end = passed + occurs;
    const inside = value > least && value <= most ? Math.max(0, Math.min(end, to) - Math.max(passed, from)) : 0;
    count += inside;
    sum += inside * value;
    below += value <= least ? occurs : Math.max(0, Math.min(end, from) - passed);
    passed = end;
  }
  return { count, sum, below, above: Math.max(0, all - count - below) };
}
