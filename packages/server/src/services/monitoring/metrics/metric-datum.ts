import { CONTROL, FUTURE_MS, isMetricValue, MAX_VALUE, PAST_MS } from "../../../platform/metrics/datum-bounds.ts";
import type { MetricBatch } from "../../../platform/metrics/metric-writer.ts";
import { unitNumber } from "../../../platform/metrics/units.ts";
import type { MonitoringInput } from "../operation.ts";

export type MetricDatum = NonNullable<MonitoringInput<"PutMetricData">["MetricData"]>[number];
type Dimensions = NonNullable<MetricDatum["Dimensions"]>;

/** Why a call's values are not taken. The code is the error's name in the model. */
export class DatumRefused extends Error {
  override readonly name = "DatumRefused";
  readonly code:
    | "InvalidParameterValueException"
    | "InvalidParameterCombinationException"
    | "MissingRequiredParameterException";

  constructor(code: DatumRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Where a datum stands in its call, for messages. */
export interface DatumPlace {
  /** The list, such as `MetricData`. */
  readonly path: string;
  /** From 0. */
  readonly index: number;
  readonly nowMs: number;
}

const MAX_VALUES = 150;

/** Checks one datum by the rules that its model does not tell, and adds it to the batch. @throws DatumRefused */
export function addDatum(batch: MetricBatch, namespace: string, datum: MetricDatum, place: DatumPlace): void {
  const { Value: value, Values: values, StatisticValues: set, Dimensions: dimensions = NONE } = datum;
  if ((value !== undefined ? 1 : 0) + (values !== undefined ? 1 : 0) + (set !== undefined ? 1 : 0) !== 1)
    throw notOne(datum, place);
  const time = timeOf(datum, place);
  const resolution = datum.StorageResolution ?? 60;
  if (resolution !== 60 && resolution !== 1)
    throw invalid(place, "StorageResolution", `must be either 1 or 60, and is ${resolution}.`);
  const unit = unitNumber(datum.Unit ?? "None");
  if (unit === undefined) throw notValue(place, "Unit", String(datum.Unit));
  batch.metric(namespace, datum.MetricName, dimensions, () =>
    checkNames(namespace, datum.MetricName, dimensions, place),
  );

  if (value !== undefined) {
    if (!isMetricValue(value)) throw notValue(place, "Value", value);
    batch.value(unit, time, resolution, value);
    return;
  }
  if (values !== undefined) {
    checkValues(values, datum.Counts, place);
    batch.values(unit, time, resolution, values, datum.Counts);
    return;
  }
  if (set === undefined) return;
  const { SampleCount: samples, Sum: total, Minimum: lowest, Maximum: highest } = set;
  for (const [name, number] of Object.entries({ Sum: total, Minimum: lowest, Maximum: highest }))
    if (!isMetricValue(number)) throw notValue(place, `StatisticValues.${name}`, number);
  if (!isCount(samples)) throw notValue(place, "StatisticValues.SampleCount", samples);
  if (lowest > highest)
    throw invalid(place, "StatisticValues.Minimum", "must not be greater than StatisticValues.Maximum.");
  batch.summary(unit, time, resolution, { samples, total, lowest, highest });
}

const NONE: Dimensions = [];

function timeOf({ Timestamp: given }: MetricDatum, place: DatumPlace): number {
  const { nowMs } = place;
  const time = given === undefined ? nowMs : given.getTime();
  if (time < nowMs - PAST_MS)
    throw invalid(place, "Timestamp", "must specify a time no more than two weeks in the past.");
  if (time > nowMs + FUTURE_MS)
    throw invalid(place, "Timestamp", "must specify a time no more than two hours in the future.");
  return time;
}

function checkNames(namespace: string, name: string, dimensions: Dimensions, place: DatumPlace): void {
  if (CONTROL.test(namespace))
    throw new DatumRefused(
      "InvalidParameterValueException",
      "The parameter Namespace must not have control characters.",
    );
  if (CONTROL.test(name)) throw invalid(place, "MetricName", "must not have control characters.");
  for (let i = 0; i < dimensions.length; i++) {
    const dimension = dimensions[i];
    if (dimension === undefined) continue;
    const { Name, Value } = dimension;
    const at = `Dimensions.member.${i + 1}`;
    if (Name.startsWith(":")) throw invalid(place, `${at}.Name`, "must not begin with a colon (:).");
    if (CONTROL.test(Name)) throw invalid(place, `${at}.Name`, "must not have control characters.");
    if (CONTROL.test(Value)) throw invalid(place, `${at}.Value`, "must not have control characters.");
    for (let k = 0; k < i; k++)
      if (dimensions[k]?.Name === Name) throw invalid(place, `${at}.Name`, `repeats the dimension ${Name}.`);
  }
}

function checkValues(values: readonly number[], counts: readonly number[] | undefined, place: DatumPlace): void {
  if (values.length > MAX_VALUES)
    throw new DatumRefused(
      "InvalidParameterValueException",
      `The collection ${at(place)}.Values must not have a size greater than ${MAX_VALUES}.`,
    );
  if (values.length === 0)
    throw new DatumRefused("MissingRequiredParameterException", `The parameter ${at(place)}.Values is required.`);
  if (counts !== undefined && counts.length !== values.length)
    throw new DatumRefused(
      "InvalidParameterValueException",
      `The parameters ${at(place)}.Values and ${at(place)}.Counts must be of the same size.`,
    );
  for (const [i, value] of values.entries())
    if (!isMetricValue(value)) throw notValue(place, `Values.member.${i + 1}`, value);
  for (const [i, count] of (counts ?? []).entries())
    if (!isCount(count)) throw notValue(place, `Counts.member.${i + 1}`, count);
}

// NaN fails both comparisons.
const isCount = (count: number) => count >= 0 && count <= MAX_VALUE;

const at = ({ path, index }: DatumPlace) => `${path}.member.${index + 1}`;

function invalid(place: DatumPlace, member: string, what: string): DatumRefused {
  return new DatumRefused("InvalidParameterValueException", `The parameter ${at(place)}.${member} ${what}`);
}

function notValue(place: DatumPlace, member: string, value: number | string): DatumRefused {
  return new DatumRefused(
    "InvalidParameterValueException",
    `The value ${value} for parameter ${at(place)}.${member} is invalid.`,
  );
}

function notOne({ Value, Values, StatisticValues }: MetricDatum, place: DatumPlace): DatumRefused {
  const given = Object.entries({ Value, Values, StatisticValues }).flatMap(([name, item]) =>
    item === undefined ? [] : [`${at(place)}.${name}`],
  );
  const [first, second] = given;
  if (first === undefined)
    return new DatumRefused(
      "MissingRequiredParameterException",
      `At least one of the parameters ${at(place)}.Value, ${at(place)}.Values and ${at(place)}.StatisticValues must be specified.`,
    );
  return new DatumRefused(
    "InvalidParameterCombinationException",
    `The parameters ${first} and ${second} are mutually exclusive and you have specified both.`,
  );
}
