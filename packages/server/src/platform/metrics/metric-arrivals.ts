import type { MetricAddress } from "./metric.ts";
import type { Unit } from "./units.ts";

/** Values that have just become durable and readable. */
export interface MetricArrival {
  /** Milliseconds since 1970, at a whole minute (a whole second for high resolution). */
  readonly timestamp: number;
  readonly unit: Unit;
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Tells of values as they come, so that who waits for them need not ask. */
export interface MetricArrivals {
  /**
   * Calls `listener` for each arrival of exactly this metric, after it is durable, until the returned function is called. The
   * listener must be quick and must not throw. Nothing is told of values that came before.
   */
  watch(metric: MetricAddress, listener: (arrival: MetricArrival) => void): () => void;
}
