/** Things that nobody waits for, gathered for a short while so that many go together. */
export interface Gathered<T> {
  add(item: T): void;
  /** Gives what was gathered now. */
  flush(): void;
}

/** Gives what was added `ms` milliseconds after the first of it, or when there are `most`. */
export function gathered<T>(ms: number, most: number, give: (items: readonly T[]) => void): Gathered<T> {
  let items: T[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (items.length === 0) return;
    const taken = items;
    items = [];
    give(taken);
  };

  return {
    add(item) {
      items.push(item);
      if (items.length >= most) flush();
      else timer ??= setTimeout(flush, ms);
    },
    flush,
  };
}
