import { type MathFunction, NUMBERS } from "./function.ts";
import { mapValues } from "./series.ts";
import { type MathValue, manySeries, oneSeries, scalar } from "./value.ts";

/** Functions of each datapoint alone. A datapoint whose result is no number is dropped. */
export const POINTWISE_FUNCTIONS: readonly MathFunction[] = [
  pointwise("ABS", Math.abs),
  pointwise("CEIL", Math.ceil),
  pointwise("FLOOR", Math.floor),
  pointwise("LOG", Math.log),
  pointwise("LOG10", Math.log10),
];

function pointwise(name: string, change: (value: number) => number): MathFunction {
  return {
    name,
    usage: `${name}(m1)`,
    parameters: [NUMBERS],
    required: 1,
    result: ([type = "TS"]) => type,
    evaluate: ([value]) => changeValues(value, change),
  };
}

/** Changes each number of a scalar, a series or an array of series. */
export function changeValues(value: MathValue | undefined, change: (value: number) => number): MathValue {
  if (value?.type === "TS") return oneSeries(mapValues(value.series, change));
  if (value?.type === "TS[]") return manySeries(value.all.map((series) => mapValues(series, change)));
  if (value?.type !== "S") throw new TypeError("numbers were checked for");
  return scalar(finite(change(value.value)));
}

/** A scalar that is no finite number does not exist. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
