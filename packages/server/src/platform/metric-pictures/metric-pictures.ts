/** A graph that somebody wants to see or to send. */
export interface MetricGraph {
  readonly account: string;
  /** Where the widget's metrics are, unless it says so itself. */
  readonly region: string;
  /** The text of a `MetricWidget`, as GetMetricWidgetImage takes it. */
  readonly widget: string;
}

/** The port by which other services have metrics drawn: a mail about an alarm carries its graph. */
export interface MetricPictures {
  /**
   * A PNG file. Reads the metrics as they are now. Rejects when the widget is wrong or too much is to be drawn already: what
   * carries the picture then goes without.
   */
  draw(graph: MetricGraph, signal?: AbortSignal): Promise<Uint8Array>;
}
