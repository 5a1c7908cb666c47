import type { ScalarFunction } from "./function.ts";
import { sqlInteger, sqlNumber } from "./sql-quote.ts";
import { asNumber, MISSING, number, timestamp } from "./sql-value.ts";

/** `bin`, `datefloor` and `dateceil` take a period and live in time-bucket.ts. */
export const dateFunctions: readonly ScalarFunction[] = [
  {
    name: "fromMillis",
    minimum: 1,
    maximum: 1,
    // Outside this range the engine's date type cannot render the value.
    compile: ([value]) => {
      const ms = asNumber(value ?? MISSING);
      return timestamp(`if(${ms} >= 0 AND ${ms} < 9e12, toInt64(${ms}), NULL)`);
    },
  },
  {
    name: "toMillis",
    minimum: 1,
    maximum: 1,
    compile: ([value]) => number(asNumber(value ?? MISSING)),
  },
  {
    name: "now",
    minimum: 0,
    maximum: 0,
    compile: (_args, run) => number(sqlNumber(Math.floor(run.nowMs / 1000)), false),
  },
  {
    name: "queryStartTime",
    minimum: 0,
    maximum: 0,
    compile: (_args, run) => timestamp(`toInt64(${sqlInteger(run.startTimeMs)})`, false),
  },
  {
    name: "queryEndTime",
    minimum: 0,
    maximum: 0,
    compile: (_args, run) => timestamp(`toInt64(${sqlInteger(run.endTimeMs)})`, false),
  },
  {
    name: "queryTimeRange",
    minimum: 0,
    maximum: 0,
    compile: (_args, run) => number(sqlNumber(run.endTimeMs - run.startTimeMs), false),
  },
];
