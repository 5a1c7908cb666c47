/** One value of a plugin. */
export interface Reading {
  /** Without the plugin's name before it. */
  readonly measurement: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A plugin's collection. The first one of a plugin that reports differences gives nothing. Not for calls at the same time. */
export type Collect = () => Promise<readonly Reading[]>;

/** Differences of counters since the last time, by thing; what appeared or was reset in between is left out. */
export class Differences<C extends object> {
  #before: ReadonlyMap<string, C> = new Map();

  /** @param next counters of now @param each is called with the differences */
  take(next: ReadonlyMap<string, C>, each: (name: string, of: (counter: keyof C) => number) => void): void {
    for (const [name, now] of next) {
      const before = this.#before.get(name);
      if (before === undefined) continue;
      const differences = (counter: keyof C) => Number(now[counter]) - Number(before[counter]);
      each(name, differences);
    }
    this.#before = next;
  }
}
