/** A metric is its namespace, its name, and exactly this set of dimensions. Units are separate streams under it. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metric: string;
  /** Values by name; their order means nothing. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Whose metric it is. */
export interface MetricAddress extends MetricIdentity {
  readonly account: string;
  readonly region: string;
}
