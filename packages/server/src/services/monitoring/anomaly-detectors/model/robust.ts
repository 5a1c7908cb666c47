/** Statistics that a few wild values do not move. */

/** The value that `share` of the values do not exceed, between neighbours on a straight line; undefined for none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  return quantileOfSorted(Float64Array.from(values).sort(), share);
}

export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number | undefined {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return undefined;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/** A median of so many values is as good as needed, and one of all of them would take most of the time of learning. */
const ENOUGH_FOR_MEDIAN = 288;

/** The median of the values from one place to before another; of many, evenly chosen ones. */
export function medianBetween(values: readonly number[], from: number, to: number): number | undefined {
  const stride = Math.max(1, Math.floor((to - from) / ENOUGH_FOR_MEDIAN));
  const chosen = new Float64Array(Math.ceil(Math.max(0, to - from) / stride));
  for (let index = 0; index < chosen.length; index++) chosen[index] = values[from + index * stride] ?? 0;
  return quantileOfSorted(chosen.sort(), 0.5);
}

/**
 * What estimates of the same thing agree on. Of three and more the median; of two the one nearer to 0, or 0 if they lie on
 * either side of it, because one of two may be a fault; of one, which nothing confirms, 0.
 */
export function agreement(estimates: readonly number[]): number {
  if (estimates.length > 2) return median(estimates) ?? 0;
  const [one, other] = estimates;
  if (one === undefined || other === undefined || one * other <= 0) return 0;
  return Math.abs(one) < Math.abs(other) ? one : other;
}
