import { type Period, periodMilliseconds } from "./period.ts";
import { sqlInteger } from "./sql-quote.ts";
import { timestamp, type Value } from "./sql-value.ts";

export type TimeBucketName = "bin" | "datefloor" | "dateceil";

export function isTimeBucket(name: string): name is TimeBucketName {
  return name === "bin" || name === "datefloor" || name === "dateceil";
}

const CALENDAR_UNIT: Readonly<Partial<Record<Period["unit"], string>>> = {
  w: "WEEK",
  mo: "MONTH",
  q: "QUARTER",
  y: "YEAR",
};

/** The start of the period that holds the time, in UTC; weeks start on Monday. Values that are no timestamp are missing. */
export function floorTo(value: Value, period: Period): Value {
  const length = periodMilliseconds(period);
  if (length !== undefined) {
    return timestamp(`intDiv(${value.sql}, ${sqlInteger(length)}) * ${sqlInteger(length)}`, value.nullable);
  }
  const interval = `INTERVAL ${sqlInteger(period.amount)} ${CALENDAR_UNIT[period.unit]}`;
  return timestamp(calendarFloor(`fromUnixTimestamp64Milli(${value.sql}, 'UTC')`, interval), value.nullable);
}

/** The end of the period that holds the time; a time on an edge stays. */
export function ceilTo(value: Value, period: Period): Value {
  const length = periodMilliseconds(period);
  if (length !== undefined) {
    const size = sqlInteger(length);
    return timestamp(`intDiv(${value.sql} + ${size} - 1, ${size}) * ${size}`, value.nullable);
  }
  const interval = `INTERVAL ${sqlInteger(period.amount)} ${CALENDAR_UNIT[period.unit]}`;
  const time = `fromUnixTimestamp64Milli(${value.sql}, 'UTC')`;
  const floor = calendarFloor(time, interval);
  return timestamp(
    `if(${floor} = ${value.sql}, ${floor}, ${calendarFloor(`(${time} + ${interval})`, interval)})`,
    value.nullable,
  );
}

function calendarFloor(time: string, interval: string): string {
  return `toUnixTimestamp64Milli(toDateTime64(toStartOfInterval(${time}, ${interval}, 'UTC'), 3, 'UTC'))`;
}
