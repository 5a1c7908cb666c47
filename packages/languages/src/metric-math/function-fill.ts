import { type CallContext, type MathFunction, SERIES } from "./function.ts";
import { periodsOf } from "./periods.ts";
import { reader, type Series, withPoints } from "./series.ts";
import { arrayOf, type MathValue, manySeries, oneSeries } from "./value.ts";

/**
 * FILL gives every period of the range a datapoint: a number, the datapoint of another series at that time, the last one before
 * (REPEAT), or one on the straight line between its neighbours (LINEAR). What has no datapoint on the needed side stays missing.
 */
export const FILL: MathFunction = {
  name: "FILL",
  usage: "FILL(m1, 0), FILL(m1, m2), FILL(m1, REPEAT) or FILL(m1, LINEAR)",
  parameters: [SERIES, { types: ["S", "TS"], words: ["REPEAT", "LINEAR"] }],
  required: 2,
  result: ([type = "TS"]) => type,
  evaluate([value, filler], context) {
    if (value?.type === "TS") return oneSeries(fill(value.series, filler, context));
    return manySeries(arrayOf(value).map((series) => fill(series, filler, context)));
  },
};

function fill(series: Series, filler: MathValue | undefined, { call, environment }: CallContext): Series {
  const read = reader(series);
  const grid = periodsOf(series, environment.range, call.span);
  const missing = missingValues(series, filler);
  return withPoints(series, grid, (timestamp) => read(timestamp) ?? missing(timestamp));
}

function missingValues(series: Series, filler: MathValue | undefined): (timestamp: number) => number | undefined {
  if (filler?.type === "S") return () => filler.value;
  if (filler?.type === "TS") return reader(filler.series);
  const { timestamps, values } = series;
  let after = 0;
  const lookUp = (timestamp: number) => {
    while (after < timestamps.length && (timestamps[after] ?? 0) < timestamp) after++;
    return after;
  };
  if (filler?.type === "Word" && filler.word === "REPEAT") return (timestamp) => values[lookUp(timestamp) - 1];
  return (timestamp) => {
    const index = lookUp(timestamp);
    const [fromAt, toAt] = [timestamps[index - 1], timestamps[index]];
    const [from, to] = [values[index - 1], values[index]];
    if (fromAt === undefined || toAt === undefined || from === undefined || to === undefined) return undefined;
    return from + ((to - from) * (timestamp - fromAt)) / (toAt - fromAt);
  };
}
