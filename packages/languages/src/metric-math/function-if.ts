import { type MathFunction, NUMBERS } from "./function.ts";
import { reader, type Series, unnamed, withPoints } from "./series.ts";
import { type MathValue, manySeries, oneSeries, scalar } from "./value.ts";

/**
 * IF(condition, then[, else]): 0 is false, any other number true, at each timestamp of the condition. Where it is true and `then`
 * has no datapoint there is a 0. Where it is false and `else` has none there is a 0 if `then` is a series with a datapoint there;
 * otherwise, and without an `else`, the datapoint is dropped. So the guide's three examples have it.
 * One of the three may be an array; the result then is one too.
 */
export const IF: MathFunction = {
  name: "IF",
  usage: "IF(m1 > 5, m1, 0)",
  parameters: [NUMBERS, NUMBERS, NUMBERS],
  required: 2,
  result(types, refuse) {
    const arrays = types.filter((type) => type === "TS[]").length;
    if (arrays > 1) {
      refuse("IF takes one array of time series at most. Choose one series with FIRST, or aggregate them.");
    }
    if (arrays === 1) return "TS[]";
    return types.includes("TS") ? "TS" : "S";
  },
  evaluate([condition, then, otherwise]) {
    const args = [condition, then, otherwise];
    const array = args.find((value) => value?.type === "TS[]");
    if (array?.type !== "TS[]") return choose(condition, then, otherwise);
    return manySeries(
      array.all.map((series) => {
        const [one, two, three] = args.map((value) => (value === array ? oneSeries(series) : value));
        const chosen = choose(one, two, three);
        if (chosen.type !== "TS") return { ...series, timestamps: [], values: [] };
        return { ...chosen.series, id: series.id, label: series.label };
      }),
    );
  },
};

function choose(
  condition: MathValue | undefined,
  then: MathValue | undefined,
  otherwise: MathValue | undefined,
): MathValue {
  if (condition?.type === "TS") return oneSeries(chooseAtEachTime(condition.series, then, otherwise));
  if (condition?.type !== "S") throw new TypeError("a condition was checked for");
  const like = [then, otherwise].find((value) => value?.type === "TS");
  const nothing =
    like?.type === "TS" ? oneSeries({ ...unnamed(like.series), timestamps: [], values: [] }) : scalar(Number.NaN);
  const chosen = Number.isNaN(condition.value) ? undefined : condition.value !== 0 ? then : otherwise;
  if (chosen === undefined) return nothing;
  // One scalar and one series: the scalar at the series' times, so that the result is a series whatever the condition says.
  if (chosen.type === "S" && like?.type === "TS") {
    return oneSeries(withPoints(unnamed(like.series), like.series.timestamps, () => chosen.value));
  }
  return chosen;
}

function chooseAtEachTime(condition: Series, then: MathValue | undefined, otherwise: MathValue | undefined): Series {
  const readThen = valueAt(then);
  const readOtherwise = valueAt(otherwise);
  const missing = (timestamp: number) =>
    then?.type === "TS" && otherwise !== undefined && readThen(timestamp) !== undefined ? 0 : undefined;
  return withPoints(unnamed(condition), condition.timestamps, (timestamp, index) =>
    condition.values[index] === 0 ? (readOtherwise(timestamp) ?? missing(timestamp)) : (readThen(timestamp) ?? 0),
  );
}

function valueAt(value: MathValue | undefined): (timestamp: number) => number | undefined {
  if (value?.type === "TS") return reader(value.series);
  // A scalar that does not exist drops the datapoint, which NaN does.
  return () => (value?.type === "S" ? value.value : undefined);
}
