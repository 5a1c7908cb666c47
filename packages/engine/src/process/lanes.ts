import type { EngineLimits } from "../limits.ts";
import type { Statement } from "../sql/guard.ts";

export type Lane = Statement["lane"];

/** No place to run and no place to wait. */
export class LanesFull extends Error {
  override name = "LanesFull";
}

type Waiting = { start(): void; signal: AbortSignal };

/**
 * Places to run, by kind of statement: inserts never wait behind reads, nor the killing of a query behind the query. Each lane
 * has a bounded queue, first come, first served.
 */
export class Lanes {
  readonly #free: Record<Lane, number>;
  readonly #waiting: Record<Lane, Waiting[]> = { read: [], write: [], schema: [], control: [] };
  readonly #queue: number;

  constructor(limits: Pick<EngineLimits, "reads" | "writes" | "queue">) {
    // Two for schema changes: an OPTIMIZE may run for minutes. Two for control, which is always quick.
    this.#free = { read: limits.reads, write: limits.writes, schema: 2, control: 2 };
    this.#queue = limits.queue;
  }

  /** How many statements may run at the same time under these limits. */
  static width(limits: Pick<EngineLimits, "reads" | "writes">): number {
    return limits.reads + limits.writes + 4;
  }

  /**
   * Runs `work` as soon as its lane has a place. A caller that gives up (`signal`) leaves the queue at once.
   * @throws LanesFull; the signal's reason
   */
  async run<T>(lane: Lane, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(lane, signal);
    try {
      return await work();
    } finally {
      this.#leave(lane);
    }
  }

  #enter(lane: Lane, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free[lane] > 0) {
      this.#free[lane] -= 1;
      return Promise.resolve();
    }
    const waiting = this.#waiting[lane];
    if (waiting.length >= this.#queue)
      return Promise.reject(
        new LanesFull(
          `Too many simultaneous queries: ${this.#queue} are waiting in the lane "${lane}". Try again later.`,
        ),
      );
    return new Promise((resolve, reject) => {
      const abandon = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(signal.reason);
      };
      const entry: Waiting = {
        signal,
        start: () => {
          signal.removeEventListener("abort", abandon);
          resolve();
        },
      };
      waiting.push(entry);
      signal.addEventListener("abort", abandon, { once: true });
    });
  }

  #leave(lane: Lane): void {
    const next = this.#waiting[lane].shift();
    if (next === undefined) this.#free[lane] += 1;
    else next.start();
  }
}
