import type { MetricIdentity } from "./metric.ts";

/** Which metrics are wanted; every given condition must hold. */
export interface MetricFilter {
  readonly account: string;
  readonly region: string;
  readonly namespace?: string;
  readonly metric?: string;
  /** Dimensions that the metric must have among others, with this value where one is given. */
  readonly dimensions?: readonly { readonly name: string; readonly value?: string }[];
  /** The metric has exactly these dimensions, whatever their values. */
  readonly dimensionNames?: readonly string[];
  /** Texts that must each be in one of its names (namespace, name, dimensions' names and values), whatever their case. */
  readonly parts?: readonly string[];
  /** Only metrics with values since then, in milliseconds since 1970. It may be taken up to 50 minutes too early. */
  readonly activeSinceMs: number;
}

/** Where a page ended. */
export type MetricPosition = string;

/** The metrics that exist. */
export interface MetricIndex {
  /** Metrics in a fixed order, at most `limit`, after the position where an earlier page ended. */
  page(
    filter: MetricFilter,
    limit: number,
    after?: MetricPosition,
    signal?: AbortSignal,
  ): Promise<{ metrics: MetricIdentity[]; next: MetricPosition | undefined }>;
}
