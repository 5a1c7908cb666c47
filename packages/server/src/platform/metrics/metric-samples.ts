/** One value of one metric at one time, made from a log event. */
export interface MetricSample {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** One of CloudWatch's units, `None` without one. */
  readonly unit: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly value: number;
  /**
   * What made it, unique together with the metric: a log event's `put`. A call that is sent again makes the same sample
   * again, which is then stored once.
   */
  readonly source: bigint;
}

/**
 * A value for a whole minute in which nothing else was published. Many callers may offer one for the same minute; the
 * store keeps it only while the metric has no sample in that minute, and once.
 */
export interface MetricDefault {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** Start of the minute, in milliseconds since the epoch. */
  readonly minute: number;
  readonly value: number;
}
