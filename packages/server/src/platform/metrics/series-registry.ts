import type { MetricArrival } from "./metric-arrivals.ts";
import type { DimensionLists, MetricId } from "./metric-id.ts";

/** What is known in memory of a metric that had values lately. */
export interface Series {
  readonly id: MetricId;
  /** When the index was last told of it, in milliseconds; undefined while that is under way for the first time. */
  registeredAt: number | undefined;
  /** Resolves when the index has it; who stores values of it waits for that. */
  registering: Promise<void> | undefined;
  /** Who wants to know of its values, as it was at the number `watches` of changes of the listeners. */
  listeners: ReadonlySet<(arrival: MetricArrival) => void> | undefined;
  watches: number;
}

export interface NewSeries {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: DimensionLists;
  readonly id: MetricId;
}

/**
 * A map that forgets what was not used for long: two generations, of which the older goes when the younger is full. So it
 * holds between one and two times `size` entries, and costs two look-ups at most.
 */
export class Generations<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
