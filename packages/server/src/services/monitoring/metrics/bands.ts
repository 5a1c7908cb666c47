import type { Series } from "@nephoscope/languages";
import type { MetricQuery } from "../../../platform/metrics/metric-reader.ts";
import type { DataEntry } from "./data-query.ts";
import type { Evaluation } from "./evaluate-queries.ts";

/** What a band is for: one metric, or an expression of the request. */
export type BandTarget =
  | { readonly kind: "metric"; readonly query: MetricQuery; readonly stat: string }
  | { readonly kind: "expression"; readonly id: string; readonly entries: readonly DataEntry[] };

/** Makes the lower and the upper side of a band for the times of a series, so many standard deviations wide to either side. */
export type BandOf = (series: Series, deviations: number) => readonly [lower: Series, upper: Series];

/** The anomaly bands of metrics, as their detectors know them. */
export interface Bands {
  /** Fetches the model of a target; what it gives then needs nothing more. Without a model the band has no datapoints. */
  fetch(target: BandTarget, evaluation: Evaluation): Promise<BandOf>;
}
