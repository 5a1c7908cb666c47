/**
 * The port by which services hand over values of metrics. A metric store will stand behind it; until there is one, nothing
 * implements it.
 */

/** One value of one metric at one time. */
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

export interface MetricSamples {
  /**
   * The rows for these values, to go into the same fsynced insert as what made them: after a crash either all of it is
   * there or nothing.
   */
  rows(batch: {
    readonly account: string;
    readonly region: string;
    readonly samples: readonly MetricSample[];
    readonly defaults: readonly MetricDefault[];
  }): { readonly table: string; readonly columns: readonly string[]; readonly body: Buffer };
}
