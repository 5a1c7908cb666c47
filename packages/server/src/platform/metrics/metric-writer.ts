import type { MetricIdentity } from "./metric.ts";

/** The number of a sample set's values, their sum, and the least and greatest of them. */
export interface SampleSet {
  readonly samples: number;
  readonly total: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Where a batch of values comes from. */
export interface BatchOrigin {
  readonly account: string;
  readonly region: string;
  /**
   * Tells this call from every other, the same when it is sent again: 64 bits. Values made from log events carry their event's
   * number instead (see `MetricBatch.from`).
   */
  readonly put: bigint;
  /** The log group whose events the values are made from; 0 for others. */
  readonly logGroup?: number;
  /** About how many values will be added. */
  readonly expected?: number;
}

/** Values on their way into the store. All of a batch is stored or nothing. */
export interface MetricBatch {
  /**
   * Chooses the metric of the values that are added next. `check` looks at its names, and throws where they are wrong; it is called
   * for metrics only that have not passed it before.
   */
  metric(
    namespace: string,
    name: string,
    dimensions: readonly { readonly Name: string; readonly Value: string }[],
    check?: () => void,
  ): void;
  /** The same for a metric that is known by its identity. */
  identity(metric: MetricIdentity): void;
  /** The number of the log event that the next values are made from. */
  from(put: bigint): void;
  /** `time` in milliseconds since 1970; `resolution` 60, or 1 for values by the second. `unit` is a unit's number. */
  value(unit: number, time: number, resolution: number, value: number): void;
  /** Values and how often each occurred; finite numbers, no count below zero. */
  values(unit: number, time: number, resolution: number, values: readonly number[], counts?: readonly number[]): void;
  /** A set of which only the summary is known. */
  summary(unit: number, time: number, resolution: number, set: SampleSet): void;
  /** A value that stands for its minute while nothing else is in it. */
  filler(unit: number, minute: number, value: number): void;
  /** Values added so far. */
  readonly count: number;
  /**
   * Resolves when all of it is durable and readable. With `again` only if an earlier attempt did not store it.
   * @throws AppenderFull (nothing was taken: try later) and the engine's typed errors
   */
  store(options?: { readonly again?: boolean }): Promise<void>;
}

/** The way of all values into the store. */
export interface MetricWriter {
  begin(origin: BatchOrigin): MetricBatch;
}
