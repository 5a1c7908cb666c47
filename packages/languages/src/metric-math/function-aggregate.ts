import { ARRAY, type MathFunction, SERIES } from "./function.ts";
import { finite } from "./function-pointwise.ts";
import { allTimestamps, reader, type Series, withPoints } from "./series.ts";
import { arrayOf, oneSeries, scalar } from "./value.ts";

/**
 * Of one series these make a scalar, over all its datapoints; of an array a series, over the series' values at each time. Only
 * AVG of an array counts a series without a value at that time as 0 there; the others pass over it.
 */
export const AGGREGATE_FUNCTIONS: readonly MathFunction[] = [
  aggregate("AVG", average, (values, count) => sum(values) / count),
  aggregate("MAX", greatest, greatest),
  aggregate("MIN", least, least),
  aggregate("STDDEV", deviation, deviation),
  aggregate("SUM", sum, sum),
  aggregate("DATAPOINT_COUNT", count, count),
  {
    name: "METRIC_COUNT",
    usage: "METRIC_COUNT(METRICS())",
    parameters: [ARRAY],
    required: 1,
    result: () => "S",
    evaluate: ([value]) => scalar(arrayOf(value).length),
  },
];

/** The aggregates by which SORT orders. */
export function aggregateOf(name: string): ((values: readonly number[]) => number) | undefined {
  return SORT_KEYS[name];
}

const SORT_KEYS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  AVG: average,
  MAX: greatest,
  MIN: least,
  SUM: sum,
};

function aggregate(
  name: string,
  overTime: (values: readonly number[]) => number,
  acrossSeries: (values: readonly number[], seriesCount: number) => number,
): MathFunction {
  return {
    name,
    usage: `${name}(m1) or ${name}([m1, m2])`,
    parameters: [SERIES],
    required: 1,
    result: ([type]) => (type === "TS" ? "S" : "TS"),
    evaluate([value], { period }) {
      if (value?.type === "TS") return scalar(finite(overTime(value.series.values)));
      const all = arrayOf(value);
      const readers = all.map(reader);
      const like: Series = { id: "", label: "", period: smallestPeriod(all) ?? period, timestamps: [], values: [] };
      return oneSeries(
        withPoints(like, allTimestamps(all), (timestamp) => {
          const values: number[] = [];
          for (const read of readers) {
            const found = read(timestamp);
            if (found !== undefined) values.push(found);
          }
          return acrossSeries(values, all.length);
        }),
      );
    },
  };
}

/** The finest of the series' periods, whose grid holds the others'. */
export function smallestPeriod(all: readonly Series[]): number | undefined {
  let smallest: number | undefined;
  for (const { period } of all) if (smallest === undefined || period < smallest) smallest = period;
  return smallest;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function count(values: readonly number[]): number {
  return values.length;
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

function greatest(values: readonly number[]): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > best) best = value;
  return best;
}

function least(values: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < best) best = value;
  return best;
}

/** Of the population: the values are all there are. */
function deviation(values: readonly number[]): number {
  const mean = average(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
