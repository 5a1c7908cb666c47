/**
 * The dimension sets that a value is sent under: its own, and one for each aggregation whose dimensions it has all. As in the
 * original, an aggregation that equals the value's own set adds nothing, and dropped originals are sent as aggregations alone.
 */
export function rollUp(
  dimensions: ReadonlyMap<string, string>,
  aggregations: readonly (readonly string[])[],
  dropOriginal: boolean,
): readonly ReadonlyMap<string, string>[] {
  const sets = new Map<string, ReadonlyMap<string, string>>();
  const add = (set: ReadonlyMap<string, string>) => sets.set(JSON.stringify([...set].sort()), set);
  if (!dropOriginal) add(dimensions);
  for (const names of aggregations) {
    const set = new Map<string, string>();
    for (const name of names) {
      const value = dimensions.get(name);
      if (value !== undefined) set.set(name, value);
    }
    if (set.size === names.length) add(set);
  }
  return [...sets.values()];
}
