import type { PreparedData } from "./data-sets/prepared.ts";
import type { ServerUnderTest } from "./server/server-under-test.ts";

/** One measured number and, where the project has promised something, the promise. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
};

export type Unit =
  | "ms"
  | "s"
  | "MB/s"
  | "MB"
  | "events/s"
  | "samples/s"
  | "bytes"
  | "µs"
  | "calls/s"
  | "decisions/s"
  | "ratio"
  | "ms/MB"
  | "count"
  | "per week";

/** What a case works with. */
export type Bench = {
  readonly data: PreparedData;
  /** A directory for this case alone, empty. */
  freshDirectory(): string;
  /** The server with the whole data set in it, settled. Loaded by the first case that asks; stopped by the runner. */
  loaded(): Promise<ServerUnderTest>;
  /** Stops that server if it runs, so that a case has the machine or the data directory for itself. Returns its directory. */
  release(): Promise<string>;
  /** Says that `server` holds the whole data set now, and hands it over. */
  adopt(server: ServerUnderTest): void;
  /** A line for the person who waits. */
  say(text: string): void;
};

export type Case = {
  readonly name: string;
  /** What is measured and how, in a sentence or two. */
  readonly about: string;
  run(bench: Bench): Promise<Figure[]>;
};

/** Whether the promise was kept; undefined when there was none. */
export function met({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("no value was measured");
  return value;
}
