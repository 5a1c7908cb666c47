import { availableParallelism, totalmem } from "node:os";

/** What the embedded engine may use. Sizes in bytes, times in seconds. */
export type EngineLimits = {
  /** Memory of all queries, merges and caches together. */
  readonly memory: number;
  /** Memory of one query. */
  readonly queryMemory: number;
  /** Longest run of one query; a caller may ask for less, never for more. */
  readonly querySeconds: number;
  /** Rows of one result, when the caller gives no bound of its own. */
  readonly resultRows: number;
  /** Threads of one query. */
  readonly queryThreads: number;
  /** Reads that run at once. Each holds one thread while it runs, so slow ones leave room for fast ones. */
  readonly reads: number;
  /** Inserts that run at once. */
  readonly writes: number;
  /** Statements that wait for a place in their lane; one more is refused with code 202. */
  readonly queue: number;
  /** Largest body of one request. An insert's body is held in memory while it is written. */
  readonly bodyBytes: number;
  /** With less left on the disk nothing changes definitions: what changes one is refused with code 243. */
  readonly roomBytes: number;
};

const GIB = 1024 ** 3;

/**
 * 40 % of the machine, at most 8 GiB: the server, the page cache (which ClickHouse lives on) and other programs
 * share the machine. One query may take half of it, so that two large ones do not starve inserts.
 */
export function defaultLimits(given: Partial<EngineLimits> = {}): EngineLimits {
  const memory = given.memory ?? Math.min(8 * GIB, Math.floor(totalmem() * 0.4));
  return {
    memory,
    queryMemory: Math.floor(memory / 2),
    querySeconds: 300,
    resultRows: 10_000_000,
    queryThreads: Math.max(1, Math.min(16, availableParallelism())),
    reads: 8,
    writes: 3,
    queue: 200,
    bodyBytes: 64 * 1024 ** 2,
    roomBytes: 16 * 1024 ** 2,
    ...given,
  };
}
