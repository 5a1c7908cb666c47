import type { Span } from "../syntax/language-error.ts";
import { type MathFunction, S, TS } from "./function.ts";
import { periodsOf } from "./periods.ts";
import { type MathRange, type Series, unnamed, withPoints } from "./series.ts";
import { oneSeries, scalar, scalarOf, seriesOf } from "./value.ts";

/** Functions of timestamps, in UTC; their results have a datapoint for every period. */
export const TIME_FUNCTIONS: readonly MathFunction[] = [
  calendar("MINUTE", (date) => date.getUTCMinutes()),
  calendar("HOUR", (date) => date.getUTCHours()),
  // 1 is Monday and 7 is Sunday.
  calendar("DAY", (date) => date.getUTCDay() || 7),
  calendar("DATE", (date) => date.getUTCDate()),
  calendar("MONTH", (date) => date.getUTCMonth() + 1),
  calendar("YEAR", (date) => date.getUTCFullYear()),
  calendar("EPOCH", (date) => Math.floor(date.getTime() / 1_000)),
  {
    name: "PERIOD",
    usage: "PERIOD(m1)",
    parameters: [TS],
    required: 1,
    result: () => "S",
    evaluate: ([value]) => scalar(seriesOf(value).period),
  },
  {
    name: "TIME_SERIES",
    usage: "TIME_SERIES(10)",
    parameters: [S],
    required: 1,
    result: () => "TS",
    evaluate([value], { call, environment, period }) {
      const number = scalarOf(value);
      return oneSeries(everyPeriod({ ...EMPTY, period }, environment.range, call.span, () => number));
    },
  },
];

const EMPTY = { id: "", label: "", timestamps: [], values: [] };

function calendar(name: string, part: (date: Date) => number): MathFunction {
  return {
    name,
    usage: `${name}(m1)`,
    parameters: [TS],
    required: 1,
    result: () => "TS",
    evaluate: ([value], { call, environment }) =>
      oneSeries(everyPeriod(seriesOf(value), environment.range, call.span, (at) => part(new Date(at)))),
  };
}

function everyPeriod(like: Series, range: MathRange, span: Span, valueAt: (timestamp: number) => number): Series {
  return withPoints(unnamed(like), periodsOf(like, range, span), valueAt);
}
