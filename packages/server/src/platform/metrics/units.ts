/**
 * CloudWatch's units, in alphabetical order: of a metric with several units the first is read when a request names none. A unit's
 * number in the store is its place here plus one, so this list never changes.
 */
export const UNITS = [
  "Bits",
  "Bits/Second",
  "Bytes",
  "Bytes/Second",
  "Count",
  "Count/Second",
  "Gigabits",
  "Gigabits/Second",
  "Gigabytes",
  "Gigabytes/Second",
  "Kilobits",
  "Kilobits/Second",
  "Kilobytes",
  "Kilobytes/Second",
  "Megabits",
  "Megabits/Second",
  "Megabytes",
  "Megabytes/Second",
  "Microseconds",
  "Milliseconds",
  "None",
  "Percent",
  "Seconds",
  "Terabits",
  "Terabits/Second",
  "Terabytes",
  "Terabytes/Second",
] as const;

export type Unit = (typeof UNITS)[number];

const NUMBERS: ReadonlyMap<string, number> = new Map(UNITS.map((unit, index) => [unit, index + 1]));

/** The number that stands for a unit in the store; undefined for a text that is no unit. */
export function unitNumber(unit: string): number | undefined {
  return NUMBERS.get(unit);
}

export function unitName(number: number): Unit {
  const unit = UNITS[number - 1];
  if (unit === undefined) throw new RangeError(`No unit has the number ${number}.`);
  return unit;
}
