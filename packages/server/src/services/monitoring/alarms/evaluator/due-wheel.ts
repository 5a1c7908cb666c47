/** Who is due at which second. Adding and taking cost the same however many there are. */
export class DueWheel<T> {
  readonly #seconds = new Map<number, Set<T>>();
  #taken = Number.NEGATIVE_INFINITY;

  add(item: T, dueMs: number): void {
    const second = Math.max(Math.ceil(dueMs / 1_000), this.#taken + 1);
    const found = this.#seconds.get(second);
    if (found === undefined) this.#seconds.set(second, new Set([item]));
    else found.add(item);
  }

  /** Those due by now, earliest first; they are out of the wheel then. */
  take(nowMs: number): T[] {
    const now = Math.floor(nowMs / 1_000);
    const due = [...this.#seconds.keys()].filter((second) => second <= now).sort((a, b) => a - b);
    this.#taken = Math.max(this.#taken, now);
    return due.flatMap((second) => {
      const items = this.#seconds.get(second) ?? [];
      this.#seconds.delete(second);
      return [...items];
    });
  }

  /** The time at which someone is due next; undefined when nobody is. */
  next(): number | undefined {
    let least: number | undefined;
    for (const second of this.#seconds.keys()) if (least === undefined || second < least) least = second;
    return least === undefined ? undefined : least * 1_000;
  }
}
