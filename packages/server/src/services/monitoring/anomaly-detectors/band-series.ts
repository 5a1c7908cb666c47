import type { Series } from "@nephoscope/languages";
import { RequestRefused } from "../metrics/request-refused.ts";
import { type AnomalyModel, band } from "./model/anomaly-model.ts";

/** As many as metric math fills; it bounds the memory of a call. */
const MAX_DATAPOINTS = 500_000;

/**
 * The two series of ANOMALY_DETECTION_BAND, the lower bound first: a datapoint for every period of the range, also where the metric
 * has none. Without a model, because there is too little data yet, both are empty.
 * @throws RequestRefused if the range has too many periods
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
  const count = (endMs - startMs) / step;
  if (count > MAX_DATAPOINTS) {
    throw new RequestRefused(
      "ValidationException",
      `The time range has ${Math.ceil(count)} periods of ${of.period} s; a band has at most ${MAX_DATAPOINTS}. Ask for a longer period or a shorter range.`,
    );
  }
  const starts: number[] = [];
  for (let at = startMs + ((((first - startMs) % step) + step) % step); at < endMs; at += step) starts.push(at);
  return starts;
}
