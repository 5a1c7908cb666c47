import type { MathFunction } from "./function.ts";
import { AGGREGATE_FUNCTIONS } from "./function-aggregate.ts";
import { ARRAY_FUNCTIONS } from "./function-array.ts";
import { CHANGE_FUNCTIONS } from "./function-change.ts";
import { FILL } from "./function-fill.ts";
import { IF } from "./function-if.ts";
import { POINTWISE_FUNCTIONS } from "./function-pointwise.ts";
import { SOURCE_FUNCTIONS } from "./function-source.ts";
import { TIME_FUNCTIONS } from "./function-time.ts";

/** Every function of metric math, by name. */
const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map(
  [
    ...POINTWISE_FUNCTIONS,
    ...AGGREGATE_FUNCTIONS,
    ...ARRAY_FUNCTIONS,
    ...CHANGE_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...SOURCE_FUNCTIONS,
    FILL,
    IF,
  ].map((each) => [each.name, each]),
);

export function mathFunction(name: string): MathFunction | undefined {
  return FUNCTIONS.get(name);
}

/** The functions' names and how each is written, for editors and documents. */
export function listMathFunctions(): readonly { readonly name: string; readonly usage: string }[] {
  return [...FUNCTIONS.values()].map(({ name, usage }) => ({ name, usage }));
}
