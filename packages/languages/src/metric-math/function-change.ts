import { type MathFunction, SERIES } from "./function.ts";
import { type Series, withPoints } from "./series.ts";
import { arrayOf, manySeries, oneSeries } from "./value.ts";

/** Functions of each datapoint and those before it. A missing datapoint is passed over. */
export const CHANGE_FUNCTIONS: readonly MathFunction[] = [
  change("DIFF", (value, before) => value - before.value),
  change("DIFF_TIME", (_value, _before, seconds) => seconds),
  change("RATE", (value, before, seconds) => (value - before.value) / seconds),
  perSeries("RUNNING_SUM", (series) => {
    let total = 0;
    return withPoints(series, series.timestamps, (_timestamp, index) => {
      total += series.values[index] ?? 0;
      return total;
    });
  }),
];

/** The first datapoint has none before it and is dropped. */
function change(
  name: string,
  work: (value: number, before: { readonly value: number }, seconds: number) => number,
): MathFunction {
  return perSeries(name, (series) =>
    withPoints(series, series.timestamps, (timestamp, index) => {
      const value = series.values[index];
      const before = series.values[index - 1];
      const beforeAt = series.timestamps[index - 1];
      if (value === undefined || before === undefined || beforeAt === undefined) return undefined;
      return work(value, { value: before }, (timestamp - beforeAt) / 1_000);
    }),
  );
}

function perSeries(name: string, work: (series: Series) => Series): MathFunction {
  return {
    name,
    usage: `${name}(m1)`,
    parameters: [SERIES],
    required: 1,
    result: ([type = "TS"]) => type,
    evaluate: ([value]) =>
      value?.type === "TS" ? oneSeries(work(value.series)) : manySeries(arrayOf(value).map(work)),
  };
}
