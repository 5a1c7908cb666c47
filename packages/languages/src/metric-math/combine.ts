import { finite } from "./function-pointwise.ts";
import type { MathOperator } from "./nodes.ts";
import { allTimestamps, mapValues, reader, type Series, unnamed, withPoints } from "./series.ts";
import { type MathValue, manySeries, oneSeries, scalar } from "./value.ts";

/**
 * A binary operator over scalars, series and arrays. Of two series, one without a datapoint counts as 0 there; a division by zero
 * drops the datapoint, as does any other result that is no finite number. With an array the other side goes with each of its series.
 */
export function combine(operator: MathOperator, left: MathValue, right: MathValue): MathValue {
  const work = OPERATIONS[operator];
  if (left.type === "TS[]")
    return manySeries(left.all.map((series) => nameAs(series, pair(work, oneSeries(series), right))));
  if (right.type === "TS[]")
    return manySeries(right.all.map((series) => nameAs(series, pair(work, left, oneSeries(series)))));
  return pair(work, left, right);
}

type Operation = (left: number, right: number) => number;

/** Comparisons and logic give 1 and 0; of a scalar that does not exist they give nothing. */
const OPERATIONS: Readonly<Record<MathOperator, Operation>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  // Of a scalar that does not exist, its 0th power does not exist either; JavaScript would make it 1.
  "^": (left, right) => (Number.isNaN(left) ? left : left ** right),
  "==": test((left, right) => left === right),
  "!=": test((left, right) => left !== right),
  "<": test((left, right) => left < right),
  "<=": test((left, right) => left <= right),
  ">": test((left, right) => left > right),
  ">=": test((left, right) => left >= right),
  AND: test((left, right) => left !== 0 && right !== 0),
  OR: test((left, right) => left !== 0 || right !== 0),
};

function test(holds: (left: number, right: number) => boolean): Operation {
  return (left, right) => (Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : Number(holds(left, right)));
}

function pair(work: Operation, left: MathValue, right: MathValue): MathValue {
  if (left.type === "S" && right.type === "S") return scalar(finite(work(left.value, right.value)));
  if (left.type === "TS" && right.type === "S") {
    return oneSeries(unnamed(mapValues(left.series, (value) => work(value, right.value))));
  }
  if (left.type === "S" && right.type === "TS") {
    return oneSeries(unnamed(mapValues(right.series, (value) => work(left.value, value))));
  }
  if (left.type !== "TS" || right.type !== "TS") throw new TypeError("operands were checked to be numbers");
  const [one, other] = [left.series, right.series];
  const [readOne, readOther] = [reader(one), reader(other)];
  const like = unnamed(one.period <= other.period ? one : other);
  return oneSeries(
    withPoints(like, allTimestamps([one, other]), (timestamp) =>
      work(readOne(timestamp) ?? 0, readOther(timestamp) ?? 0),
    ),
  );
}

function nameAs({ id, label }: Series, value: MathValue): Series {
  if (value.type !== "TS") throw new TypeError("a series with anything is a series");
  return { ...value.series, id, label };
}
