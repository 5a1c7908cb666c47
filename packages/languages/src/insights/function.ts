import { dateFunctions } from "./function-date.ts";
import { formatFunctions } from "./function-format.ts";
import { generalFunctions } from "./function-general.ts";
import { ipFunctions } from "./function-ip.ts";
import { jsonFunctions } from "./function-json.ts";
import { numericFunctions } from "./function-numeric.ts";
import { stringFunctions } from "./function-string.ts";
import { textFormFunctions } from "./function-text-form.ts";
import { timeTextFunctions } from "./function-time-text.ts";
import type { InsightsQuery } from "./node.ts";
import type { Value } from "./sql-value.ts";

/** What a function may ask about the run of the query. */
export interface RunTimes {
  /** The query's range, both ends inclusive, and the moment it started; epoch milliseconds. */
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  readonly nowMs: number;
}

/** What an expression may ask of the query around it. */
export interface RunContext extends RunTimes {
  /** The SELECT of a sub-query with its one column as text. */
  readonly subquery: (query: InsightsQuery) => string;
}

/** A scalar function: how many arguments it takes and the SQL of its value. */
export interface ScalarFunction {
  /** As documentation writes it; queries may use any case. */
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Positions that must be quoted text or a number in the query itself, because the engine needs a constant there. */
  readonly literalAt?: readonly number[];
  /** Checks literal arguments; returns what is wrong and what to write instead, or undefined. */
  readonly check?: (literals: readonly (string | number | boolean | undefined)[]) => string | undefined;
  /** Only commands call it; a query that writes its name is refused. */
  readonly internal?: boolean;
  /** `args` has between `minimum` and `maximum` values. */
  readonly compile: (args: readonly Value[], run: RunTimes) => Value;
}

const TABLE: ReadonlyMap<string, ScalarFunction> = new Map(
  [
    ...numericFunctions,
    ...stringFunctions,
    ...generalFunctions,
    ...jsonFunctions,
    ...ipFunctions,
    ...formatFunctions,
    ...textFormFunctions,
    ...timeTextFunctions,
    ...dateFunctions,
  ].map((entry) => [entry.name.toLowerCase(), entry]),
);

/** Looks a scalar function up by its name in any case. */
export function scalarFunction(name: string): ScalarFunction | undefined {
  return TABLE.get(name.toLowerCase());
}

/** Every scalar function a query may call, for completion and documentation. */
export function scalarFunctions(): readonly ScalarFunction[] {
  return [...TABLE.values()].filter((entry) => entry.internal !== true);
}
