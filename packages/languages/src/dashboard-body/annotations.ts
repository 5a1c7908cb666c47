import { isColor } from "./fields.ts";
import {
  type Guard,
  type Guarded,
  isArray,
  isBoolean,
  isList,
  isNumber,
  isObjectOf,
  isOneOf,
  isString,
} from "./json-guard.ts";
import { isTime } from "./time.ts";

const isHorizontalLine = isObjectOf(
  { value: isNumber() },
  {
    label: isString,
    color: isColor,
    fill: isOneOf("above", "below", "none"),
    visible: isBoolean,
    yAxis: isOneOf("left", "right"),
  },
);
const isVerticalLine = isObjectOf(
  { value: isTime },
  { label: isString, color: isColor, fill: isOneOf("before", "after", "none"), visible: isBoolean },
);

/** A line at a value, or with `fill` the area on one side of it. */
export type HorizontalLine = Guarded<typeof isHorizontalLine>;
/** A line at a time, or with `fill` the area on one side of it. */
export type VerticalLine = Guarded<typeof isVerticalLine>;
/** Two lines and the area between them. */
export type Band<Line> = readonly [Line, Line];

/** A line, or two of them in an array: a band. */
function isLineOrBand<T>(isLine: Guard<T>): Guard<T | readonly [T, T]> {
  const isPair = isList(isLine, { least: 2, most: 2 });
  return (value, place): value is T | readonly [T, T] => (isArray(value) ? isPair(value, place) : isLine(value, place));
}

/** Annotations of a graph: lines, bands, and the alarm that the widget shows. */
export const isAnnotations = isObjectOf(
  {},
  {
    horizontal: isList(isLineOrBand(isHorizontalLine)),
    vertical: isList(isLineOrBand(isVerticalLine)),
    alarms: isList(isString, { least: 1, most: 1 }),
  },
);
export type Annotations = Guarded<typeof isAnnotations>;

export const isBand = <Line>(line: Line | Band<Line>): line is Band<Line> => Array.isArray(line);
