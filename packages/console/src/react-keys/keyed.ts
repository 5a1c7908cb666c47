/** An item with a key of its own among its list. */
export interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

/** Items with keys made of what they are; the second of two that are the same has another. Unlike places, such keys move with their items. */
export function keyed<T>(items: readonly T[], nameOf: (item: T) => string): readonly Keyed<T>[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const name = nameOf(item);
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { key: `${name} ${count}`, item };
  });
}
