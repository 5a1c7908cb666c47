import type { ScalarFunction } from "./function.ts";
import { asNumber, finite, isNeverNumber, MISSING, number, type Value } from "./sql-value.ts";

/** A function of one number. */
function unary(name: string, sql: (operand: string) => string): ScalarFunction {
  return {
    name,
    minimum: 1,
    maximum: 1,
    compile: ([operand = MISSING]) => (isNeverNumber(operand) ? MISSING : number(finite(sql(asNumber(operand))))),
  };
}

/** The smallest or largest argument; missing and non-numeric arguments make the result missing, as in arithmetic. */
function extreme(name: string, sql: string): ScalarFunction {
  return {
    name,
    minimum: 1,
    maximum: 20,
    compile: (args) =>
      args.some(isNeverNumber)
        ? MISSING
        : args.length === 1
          ? number(args.map(asNumber).join())
          : number(unlessMissing(args, `${sql}(${args.map(asNumber).join(", ")})`)),
  };
}

/** The engine's own greatest and least pass over nulls. */
function unlessMissing(args: readonly Value[], sql: string): string {
  const missing = args.filter((arg) => arg.constant === undefined).map((arg) => `isNull(${asNumber(arg)})`);
  return missing.length === 0 ? sql : `if(${missing.join(" OR ")}, NULL, ${sql})`;
}

function round([value, digits]: readonly Value[]): Value {
  if (value === undefined || isNeverNumber(value)) return MISSING;
  const places = typeof digits?.constant === "number" ? Math.trunc(digits.constant) : 0;
  return number(finite(roundedHalvesAway(asNumber(value), places)));
}

/** ClickHouse's own round takes exact halves to the even digit; people expect them away from zero. */
export function roundedHalvesAway(operand: string, places: number): string {
  const factor = `toFloat64(1e${places})`;
  return `sign(${operand}) * floor(abs(${operand}) * ${factor} + 0.5) / ${factor}`;
}

/** A number's text as a row shows it: at most four decimals, and zero without a sign. */
export const shownNumber = (operand: string): string => `toString(${roundedHalvesAway(operand, 4)} + 0)`;

/** Kilometres between two points on a sphere with the Earth's mean radius. */
function haversine(args: readonly Value[]): Value {
  if (args.some(isNeverNumber)) return MISSING;
  const [lat1, lon1, lat2, lon2] = args.map((arg) => `radians(${asNumber(arg)})`);
  const half = `pow(sin((${lat2} - ${lat1}) / 2), 2) + cos(${lat1}) * cos(${lat2}) * pow(sin((${lon2} - ${lon1}) / 2), 2)`;
  return number(finite(`2 * 6371 * asin(sqrt(if(${half} > 1, 1, ${half})))`));
}

export const numericFunctions: readonly ScalarFunction[] = [
  unary("abs", (x) => `abs(${x})`),
  unary("ceil", (x) => `ceil(${x})`),
  unary("floor", (x) => `floor(${x})`),
  unary("log", (x) => `log(${x})`),
  unary("ln", (x) => `log(${x})`),
  unary("sqrt", (x) => `sqrt(${x})`),
  unary("toNumber", (x) => x),
  unary("toDouble", (x) => x),
  unary("toInt", (x) => `trunc(${x})`),
  unary("toLong", (x) => `trunc(${x})`),
  extreme("greatest", "greatest"),
  extreme("least", "least"),
  { name: "haversine", minimum: 4, maximum: 4, compile: haversine },
  {
    name: "round",
    minimum: 1,
    maximum: 2,
    literalAt: [1],
    check: ([, digits]) =>
      digits === undefined || (typeof digits === "number" && Number.isInteger(digits) && digits >= 0 && digits <= 15)
        ? undefined
        : "round takes a whole number of digits from 0 to 15 as its second argument",
    compile: round,
  },
];
