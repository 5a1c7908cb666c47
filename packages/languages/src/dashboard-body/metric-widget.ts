import { isAnnotations } from "./annotations.ts";
import { isAccountId, isPeriod, isRegion, isStatistic, isTimezone } from "./fields.ts";
import {
  and,
  type Guard,
  type Guarded,
  isAnything,
  isArray,
  isBoolean,
  isInteger,
  isList,
  isNumber,
  isObject,
  isObjectOf,
  isOneOf,
  isString,
} from "./json-guard.ts";
import { readMetricRows } from "./metric-row.ts";
import type { Place } from "./place.ts";
import { isTime } from "./time.ts";

/** Most rows of one widget (CloudWatch quotas: metrics per dashboard widget). */
const MAX_ROWS = 500;
/** GetMetricWidgetImage draws fewer (API reference). */
const MAX_ROWS_OF_IMAGE = 100;

export const isLegend = isObjectOf({}, { position: isOneOf("right", "bottom", "hidden") });

const isAxis = and(
  isObjectOf({}, { label: isString, min: isNumber(), max: isNumber(), showUnits: isBoolean }),
  ({ min, max }, place) =>
    min === undefined || max === undefined || min < max || place.at("min").error(`Should be <= ${max}`),
);
export const isYAxes = isObjectOf({}, { left: isAxis, right: isAxis });
export type Axis = Guarded<typeof isAxis>;

const isTable = isObjectOf(
  {},
  {
    layout: isOneOf("horizontal", "vertical"),
    showTimeSeriesData: isBoolean,
    stickySummary: isBoolean,
    summaryColumns: isList(isOneOf("MIN", "MAX", "SUM", "AVG")),
  },
);

export const VIEWS = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"] as const;
export type View = (typeof VIEWS)[number];

function isRows(most: number): Guard<readonly unknown[]> {
  const isShort = isList(isAnything, { most });
  return (value, place): value is readonly unknown[] => {
    if (!isShort(value, place)) return false;
    return readMetricRows(value, place).length === value.length;
  };
}

const shared = {
  annotations: isAnnotations,
  legend: isLegend,
  liveData: isBoolean,
  period: isPeriod,
  region: isRegion,
  stacked: isBoolean,
  stat: isStatistic,
  timezone: isTimezone,
  title: isString,
  view: isOneOf(...VIEWS),
  yAxis: isYAxes,
  start: isTime,
  end: isTime,
  accountId: isAccountId,
  setPeriodToTimeRange: isBoolean,
  singleValueFullPrecision: isBoolean,
  sparkline: isBoolean,
  trend: isBoolean,
  labels: isObjectOf({}, { visible: isBoolean }),
  table: isTable,
};

const isMembers = isObjectOf({}, { ...shared, metrics: isRows(MAX_ROWS) });
/** Properties of a metric widget on a dashboard. `metrics` are rows as they were written: see `expandMetricRows`. */
export type MetricProperties = Guarded<typeof isMembers>;

/** A widget needs a region, and metrics or the alarm whose metrics it shows. */
function hasSource(value: unknown, place: Place): boolean {
  if (!isObject(value)) return true;
  const lacks = (name: string) => !Object.hasOwn(value, name);
  if (!lacks("region") && (!lacks("metrics") || !lacks("annotations"))) return true;
  if (lacks("region")) place.error("Should have required property 'region'");
  if (lacks("metrics")) place.error("Should have required property 'metrics'");
  place.error("The metric widget should have specified a region and a data source or an alarm annotation");
  if (lacks("annotations")) place.error("Should have required property 'annotations'");
  return false;
}

function fitsView(properties: MetricProperties, place: Place): boolean {
  if (properties.end !== undefined && properties.start === undefined) warnOfEnd(place);
  if (properties.view !== "gauge") return true;
  const { min, max } = properties.yAxis?.left ?? {};
  if (min !== undefined && max !== undefined) return true;
  const missing = properties.yAxis?.left === undefined ? "yAxis" : min === undefined ? "min" : "max";
  const where = missing === "yAxis" ? place : place.at("yAxis").at("left");
  return where.error(`Should have required property '${missing}'`);
}

/** CloudWatch takes such a body and shows its own range (seen in public reports). */
export function warnOfEnd(place: Place): void {
  place.at("end").warning("The end has no effect without a start");
}

export const isMetricProperties: Guard<MetricProperties> = (value, place): value is MetricProperties => {
  const sourced = hasSource(value, place);
  return isMembers(value, place) && fitsView(value, place) && sourced;
};

const isImageMembers = isObjectOf(
  {
    metrics: and(
      isRows(MAX_ROWS_OF_IMAGE),
      (rows, place) => rows.length > 0 || place.error("Should NOT have less than 1 items"),
    ),
  },
  {
    ...shared,
    width: isInteger({ minimum: 1, maximum: 2_000 }),
    height: isInteger({ minimum: 1, maximum: 2_000 }),
    theme: isOneOf("light", "dark"),
    subtitle: isString,
    alarmStates: isList(isObjectOf({ time: isTime, state: isOneOf("OK", "ALARM", "INSUFFICIENT_DATA") }, {})),
  },
);
/**
 * What GetMetricWidgetImage takes as `MetricWidget`: properties of a metric widget, and the size of the picture. Ours beside
 * CloudWatch's are `theme`, `subtitle`, and `alarmStates`, which stand as a strip under the graph in an alarm's mail.
 */
export type ImageProperties = Guarded<typeof isImageMembers>;

export const isImageProperties: Guard<ImageProperties> = and(isImageMembers, fitsView);

/** Whether the widget shows an alarm in place of metrics of its own. */
export const alarmOf = (properties: MetricProperties): string | undefined =>
  isArray(properties.metrics) ? undefined : properties.annotations?.alarms?.[0];
