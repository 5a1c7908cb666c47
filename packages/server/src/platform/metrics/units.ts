import { METRIC_UNITS, type MetricUnit } from "@nephoscope/languages/metric-unit";

/** CloudWatch's units: of a metric with several the first is read when a request names none. A unit's number in the store is its place plus one. */
export const UNITS = METRIC_UNITS;
export type Unit = MetricUnit;

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
