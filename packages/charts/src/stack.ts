import type { Series } from "./chart.ts";

/** Series on top of one another: at each time the lower and upper edge of each, the first at the bottom. */
export interface Stack {
  readonly timesMs: readonly number[];
  readonly layers: readonly {
    readonly series: Series;
    readonly lower: readonly number[];
    readonly upper: readonly number[];
  }[];
}

/**
 * Sums of series at the same times. Where one has no value it adds nothing. With more times than `most`, neighbours are
 * taken together and each series counts with its mean, so that the sums stay right.
 */
export function stackOf(series: readonly Series[], most: number): Stack {
  const times = [...new Set(series.flatMap(({ timesMs }) => timesMs))].sort((a, b) => a - b);
  const group = Math.max(1, Math.ceil(times.length / Math.max(1, most)));
  const groupOf = new Map(times.map((ms, index) => [ms, Math.floor(index / group)]));
  const timesMs = times.filter((_, index) => index % group === 0);
  const sizes = timesMs.map((_, index) => Math.min(group, times.length - index * group));
  let base = timesMs.map(() => 0);
  const layers = series.map((one) => {
    const sums = timesMs.map(() => 0);
    one.timesMs.forEach((ms, index) => {
      const place = groupOf.get(ms);
      const value = one.values[index];
      if (place !== undefined && value !== undefined && Number.isFinite(value))
        sums[place] = (sums[place] ?? 0) + value;
    });
    const lower = base;
    const upper = lower.map((value, index) => value + (sums[index] ?? 0) / (sizes[index] ?? 1));
    base = upper;
    return { series: one, lower, upper };
  });
  return { timesMs, layers };
}
