import { isAccountId, isColor, isPeriod, isRegion, isRowId, isStatistic } from "./fields.ts";
import { type Guard, isArray, isBoolean, isObject, isObjectOf, isOneOf, isString } from "./json-guard.ts";
import { Findings, Place } from "./place.ts";

/** How one row of `metrics` is read and drawn; whatever is missing comes from the widget. */
export interface RowOptions {
  readonly color?: string;
  readonly expression?: string;
  readonly id?: string;
  readonly label?: string;
  readonly period?: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly stat?: string;
  /** Only values in this unit. CloudWatch does not name it among the options; the graphs of alarms need it. */
  readonly unit?: string;
  readonly visible?: boolean;
  readonly yAxis?: "left" | "right";
}

/** A row with its shorthand written out. */
export type MetricRow =
  | {
      readonly kind: "metric";
      readonly namespace: string;
      readonly metric: string;
      readonly dimensions: readonly (readonly [name: string, value: string])[];
      readonly options: RowOptions;
    }
  | { readonly kind: "expression"; readonly expression: string; readonly options: RowOptions };

/** A metric has at most 30 dimensions: with namespace and name so many texts. */
const MAX_TEXTS = 62;

const NOT_A_ROW =
  'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element';

const isOptions = isObjectOf(
  {},
  {
    color: isColor,
    expression: isString,
    id: isRowId,
    label: isString,
    period: isPeriod,
    region: isRegion,
    accountId: isAccountId,
    stat: isStatistic,
    unit: isString,
    visible: isBoolean,
    yAxis: isOneOf("left", "right"),
  },
  (name, place) => place.error(`The ${JSON.stringify(name)} property is not a rendering property of a metric`),
) satisfies Guard<RowOptions>;

/**
 * Reads the rows of `metrics`: namespace, name, dimensions' names and values, and at the end the options. `"."` stands for
 * the text at the same place of the metric before; `"..."` for all its texts up to those that follow. Rows that are
 * wrong are told at their places and left out.
 */
export function readMetricRows(rows: readonly unknown[], place: Place): MetricRow[] {
  let before: readonly string[] = [];
  const read: MetricRow[] = [];
  rows.forEach((row, index) => {
    const here = place.at(index);
    if (!isArray(row)) {
      here.error("Should be array");
      here.error(NOT_A_ROW);
      return;
    }
    const options = optionsOf(row, here);
    if (options === undefined) return;
    const [only] = row;
    if (row.length === 1 && isObject(only)) {
      const { expression } = options;
      if (expression === undefined) here.at(0).error("Should have required property 'expression'");
      else read.push({ kind: "expression", expression, options });
      return;
    }
    const texts = textsOf(row, here, before);
    if (texts === undefined) return;
    before = texts;
    const [namespace = "", metric = "", ...dimensions] = texts;
    read.push({ kind: "metric", namespace, metric, dimensions: pairs(dimensions), options });
  });
  return read;
}

/** The options at the end of a row, or none; undefined when they are wrong. */
function optionsOf(row: readonly unknown[], place: Place): RowOptions | undefined {
  const last = row.at(-1);
  if (!isObject(last)) return {};
  // CloudWatch takes a wrong object for a surplus text, which helps nobody: what is wrong with it is said first.
  if (isOptions(last, place.at(row.length - 1))) return last;
  if (row.length > 1) place.error(`Should NOT have more than ${row.length - 1} items`);
  return undefined;
}

function textsOf(row: readonly unknown[], place: Place, before: readonly string[]): readonly string[] | undefined {
  const written = isObject(row.at(-1)) ? row.slice(0, -1) : row;
  let right = true;
  written.forEach((text, index) => {
    if (typeof text === "string") return;
    right = place.at(index).error('Invalid metric field type, only "String" type is allowed');
  });
  const texts = written.filter((text) => typeof text === "string");
  if (!right) return undefined;
  const whole = texts.includes("...") ? fillIn(texts, before, place) : repeat(texts, before, place);
  if (whole === undefined) return undefined;
  const surplus = row.length - written.length;
  if (whole.length < 2) return refuse(place, `Should NOT have less than ${2 + surplus} items`);
  if (whole.length > MAX_TEXTS) return refuse(place, `Should NOT have more than ${MAX_TEXTS + surplus} items`);
  if (whole.length % 2 === 1) return refuse(place, `Should NOT have more than ${row.length - 1} items`);
  return whole;
}

function repeat(texts: readonly string[], before: readonly string[], place: Place): readonly string[] | undefined {
  const missing = texts.findIndex((text, index) => text === "." && before[index] === undefined);
  if (missing >= 0) {
    place.at(missing).error('There is no metric before with something at this place that "." could repeat');
    return undefined;
  }
  return texts.map((text, index) => (text === "." ? (before[index] ?? "") : text));
}

function fillIn(texts: readonly string[], before: readonly string[], place: Place): readonly string[] | undefined {
  const at = texts.indexOf("...");
  if (before.length === 0) {
    place.at(at).error('There is no metric before that "..." could repeat');
    return undefined;
  }
  const head = texts.slice(0, at);
  const tail = texts.slice(at + 1);
  if (head.length + tail.length > before.length)
    return refuse(place, `Should NOT have more than ${before.length} items`);
  const repeated = before.slice(head.length, before.length - tail.length);
  const tailBefore = before.slice(before.length - tail.length);
  const wholeHead = repeat(head, before, place);
  const wholeTail = repeat(tail, tailBefore, place);
  return wholeHead && wholeTail && [...wholeHead, ...repeated, ...wholeTail];
}

function refuse(place: Place, message: string): undefined {
  place.error(message);
  return undefined;
}

function pairs(texts: readonly string[]): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < texts.length; index += 2) found.push([texts[index] ?? "", texts[index + 1] ?? ""]);
  return found;
}

/** The rows of a widget that is known to be right. */
export function expandMetricRows(rows: readonly unknown[]): MetricRow[] {
  return readMetricRows(rows, new Place(new Findings()));
}
