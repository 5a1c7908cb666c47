import { ARRAY, type MathFunction, S, words } from "./function.ts";
import { aggregateOf } from "./function-aggregate.ts";
import type { Series } from "./series.ts";
import { arrayOf, manySeries, oneSeries, scalarOf, wordOf } from "./value.ts";

const NONE: Omit<Series, "period"> = { id: "", label: "", timestamps: [], values: [] };

/** Functions that choose and order the series of an array. */
export const ARRAY_FUNCTIONS: readonly MathFunction[] = [
  {
    name: "FIRST",
    usage: "FIRST([m1, m2])",
    parameters: [ARRAY],
    required: 1,
    result: () => "TS",
    evaluate: ([value], { period }) => oneSeries(arrayOf(value)[0] ?? { ...NONE, period }),
  },
  {
    name: "LAST",
    usage: "LAST([m1, m2])",
    parameters: [ARRAY],
    required: 1,
    result: () => "TS",
    evaluate: ([value], { period }) => oneSeries(arrayOf(value).at(-1) ?? { ...NONE, period }),
  },
  {
    name: "REMOVE_EMPTY",
    usage: "REMOVE_EMPTY(METRICS())",
    parameters: [ARRAY],
    required: 1,
    result: () => "TS[]",
    evaluate: ([value]) => manySeries(arrayOf(value).filter((series) => series.timestamps.length > 0)),
  },
  {
    name: "SLICE",
    usage: "SLICE(METRICS(), 0, 10)",
    parameters: [ARRAY, S, S],
    required: 2,
    result: () => "TS[]",
    evaluate([value, from, to]) {
      const all = arrayOf(value);
      return manySeries(all.slice(place(from && scalarOf(from), 0), place(to && scalarOf(to), all.length)));
    },
  },
  {
    name: "SORT",
    usage: "SORT(METRICS(), AVG, DESC, 10)",
    parameters: [ARRAY, words("AVG", "MIN", "MAX", "SUM"), words("ASC", "DESC"), S],
    required: 3,
    result: () => "TS[]",
    evaluate([value, key, order, limit]) {
      const all = arrayOf(value);
      const aggregate = aggregateOf(wordOf(key)) ?? (() => Number.NaN);
      const sign = wordOf(order) === "DESC" ? -1 : 1;
      const keyed = all.map((series) => ({
        series,
        key: series.values.length === 0 ? undefined : aggregate(series.values),
      }));
      // Series without datapoints have no key and come last in both orders.
      keyed.sort((one, other) => {
        if (one.key === undefined || other.key === undefined) {
          return Number(one.key === undefined) - Number(other.key === undefined);
        }
        return sign * (one.key - other.key);
      });
      const sorted = keyed.map(({ series }) => series);
      return manySeries(sorted.slice(0, place(limit && scalarOf(limit), sorted.length)));
    },
  },
];

/** A scalar as a place in an array: downwards to a whole number, at least 0. One that does not exist counts as 0. */
function place(value: number | undefined, otherwise: number): number {
  return value === undefined ? otherwise : Math.max(0, Math.floor(value) || 0);
}
