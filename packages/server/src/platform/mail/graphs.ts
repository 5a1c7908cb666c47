/**
 * The port by which mails get their graphs: a mail waits with the text of its graph and is given the picture when it is sent. The
 * service that draws registers itself; whoever sends mails knows nothing of it.
 */
export interface GraphRequest {
  /** The text of a MetricWidget, as GetMetricWidgetImage takes it. */
  readonly widget: string;
  readonly account: string;
  readonly region: string;
}

/** Gives a PNG. May fail: the mail goes without it. */
export type DrawGraph = (request: GraphRequest) => Promise<Uint8Array>;

export interface Graphs {
  /** Says who draws, once. */
  drawnBy(draw: DrawGraph): void;
  /** Undefined while nobody draws. */
  readonly draw: DrawGraph | undefined;
}

export function graphs(): Graphs {
  let known: DrawGraph | undefined;
  return {
    drawnBy(draw) {
      known = draw;
    },
    get draw() {
      return known;
    },
  };
}
