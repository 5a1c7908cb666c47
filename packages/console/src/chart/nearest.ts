import type { Series } from "@nephoscope/charts";

/** The place of the time nearest to `ms` in an ascending list; undefined when it is empty. */
export function nearestIndex(timesMs: readonly number[], ms: number): number | undefined {
  if (timesMs.length === 0) return undefined;
  let [low, high] = [0, timesMs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  const before = timesMs[low - 1];
  return before !== undefined && ms - before < (timesMs[low] ?? 0) - ms ? low - 1 : low;
}

/** The time at which any of the series has a value, nearest to `ms`. */
export function nearestTime(series: readonly Series[], ms: number): number | undefined {
  let best: number | undefined;
  for (const { timesMs } of series) {
    const index = nearestIndex(timesMs, ms);
    const time = index === undefined ? undefined : timesMs[index];
    if (time !== undefined && (best === undefined || Math.abs(time - ms) < Math.abs(best - ms))) best = time;
  }
  return best;
}

/** The next time at which any of the series has a value, after (`step` 1) or before (-1) `ms`. */
export function nextTime(series: readonly Series[], ms: number, step: 1 | -1): number | undefined {
  let best: number | undefined;
  for (const { timesMs } of series) {
    const near = nearestIndex(timesMs, ms);
    if (near === undefined) continue;
    for (const time of [timesMs[near - 1], timesMs[near], timesMs[near + 1]]) {
      if (time === undefined || (time - ms) * step <= 0) continue;
      if (best === undefined || (best - time) * step > 0) best = time;
    }
  }
  return best;
}

/** The value of a series at a time, in whose period it lies. */
export function valueAt({ timesMs, values, periodMs }: Series, ms: number): number | undefined {
  const index = nearestIndex(timesMs, ms);
  if (index === undefined) return undefined;
  return Math.abs((timesMs[index] ?? Infinity) - ms) < Math.max(1, periodMs) ? values[index] : undefined;
}

export interface SeriesValue {
  readonly series: Series;
  readonly value: number;
}

/** The values of all series at a time, the largest first. */
export function valuesAt(series: readonly Series[], ms: number): readonly SeriesValue[] {
  return series
    .flatMap((one) => {
      const value = valueAt(one, ms);
      return value === undefined ? [] : [{ series: one, value }];
    })
    .sort((a, b) => b.value - a.value);
}
