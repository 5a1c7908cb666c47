import type { Series } from "@nephoscope/languages";
import { type AnomalyModel, band } from "./model/anomaly-model.ts";

/**
 * The two series of ANOMALY_DETECTION_BAND, the lower bound first: a datapoint for every period of the range, also where the metric
 * has none. Without a model, because there is too little data yet, both are empty.
 * @param of the series that the band is for; its timestamps say where periods begin
 */
export function bandSeries(
  model: AnomalyModel | undefined,
  of: Series,
  range: { readonly startMs: number; readonly endMs: number },
  deviations: number,
): readonly [Series, Series] {
  const timestamps = model === undefined ? [] : periods(of, range);
  const { lower, upper } = model === undefined ? { lower: [], upper: [] } : band(model, timestamps, deviations);
  const named = (name: string, values: readonly number[]): Series => ({
    ...of,
    label: of.label === "" ? name : `${of.label} ${name}`,
    timestamps,
    values,
  });
  return [named("(lower)", lower), named("(upper)", upper)];
}

function periods(of: Series, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): number[] {
  const step = of.period * 1_000;
  const [first = startMs] = of.timestamps;
  const starts: number[] = [];
  for (let at = startMs + ((((first - startMs) % step) + step) % step); at < endMs; at += step) starts.push(at);
  return starts;
}
