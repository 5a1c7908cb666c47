/** How many of a hundred events have a field. */
export interface FieldShare {
  readonly name: string;
  readonly percent: number;
}

/**
 * The fields of several groups together, the most frequent first: each group counts alike, and one without events not at all, because
 * GetLogGroupFields tells shares and no numbers of events.
 */
export function mergedShares(groups: readonly (readonly FieldShare[])[]): readonly FieldShare[] {
  const filled = groups.filter((fields) => fields.length > 0);
  const sums = new Map<string, number>();
  for (const { name, percent } of filled.flat()) sums.set(name, (sums.get(name) ?? 0) + percent);
  return Array.from(sums, ([name, sum]) => ({ name, percent: Math.max(1, Math.round(sum / filled.length)) })).sort(
    (a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1),
  );
}
