import { type Guard, isArray, isInteger, isList, isObject, isOneOf, isString, type JsonObject } from "./json-guard.ts";
import { isMetricProperties, type MetricProperties, warnOfEnd } from "./metric-widget.ts";
import {
  type AlarmProperties,
  type ChartProperties,
  type CustomProperties,
  type ExplorerProperties,
  isAlarmProperties,
  isChartProperties,
  isCustomProperties,
  isExplorerProperties,
  isLogProperties,
  isTextProperties,
  type LogProperties,
  type TextProperties,
} from "./other-widgets.ts";
import { type Finding, Findings, Place } from "./place.ts";
import { isTime } from "./time.ts";
import { isVariable, type Variable } from "./variables.ts";

/** Where a widget stands on the grid of 24 columns; without a place it comes after the one before. */
interface Position {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

export type Widget = Position &
  (
    | { readonly type: "metric"; readonly properties: MetricProperties }
    | { readonly type: "text"; readonly properties: TextProperties }
    | { readonly type: "log"; readonly properties: LogProperties }
    | { readonly type: "alarm"; readonly properties: AlarmProperties }
    | { readonly type: "explorer"; readonly properties: ExplorerProperties }
    | { readonly type: "custom"; readonly properties: CustomProperties }
    | { readonly type: "chart"; readonly properties: ChartProperties }
  );

/** CloudWatch keeps widgets of types that it doesn't know, and so do we; they can't be drawn. */
export type UnknownWidget = Position & { readonly type: string; readonly properties: JsonObject };

export interface DashboardBody {
  readonly widgets: readonly (Widget | UnknownWidget)[];
  readonly variables?: readonly Variable[];
  readonly start?: string;
  readonly end?: string;
  readonly periodOverride?: "auto" | "inherit";
}

export type DashboardReading =
  | { readonly body: DashboardBody; readonly errors: readonly []; readonly warnings: readonly Finding[] }
  | { readonly body: undefined; readonly errors: readonly Finding[]; readonly warnings: readonly Finding[] };

/** Quotas of dashboards (user guide, "CloudWatch quotas"; API reference, "Dashboard Body Structure"). */
const MAX_WIDGETS = 500;
const MAX_VARIABLES = 25;
const COLUMNS = 24;
const MAX_HEIGHT = 1_000;

const PROPERTIES: ReadonlyMap<string, Guard<unknown>> = new Map<string, Guard<unknown>>([
  ["metric", isMetricProperties],
  ["text", isTextProperties],
  ["log", isLogProperties],
  ["alarm", isAlarmProperties],
  ["explorer", isExplorerProperties],
  ["custom", isCustomProperties],
  ["chart", isChartProperties],
]);

/** A widget of one of the types that are known here. */
export const isKnown = (widget: Widget | UnknownWidget): widget is Widget => PROPERTIES.has(widget.type);

const POSITION: ReadonlyMap<string, Guard<unknown>> = new Map<string, Guard<unknown>>([
  ["x", isInteger({ minimum: 0, maximum: COLUMNS - 1 })],
  ["y", isInteger({ minimum: 0 })],
  ["width", isInteger({ minimum: 1, maximum: COLUMNS })],
  ["height", isInteger({ minimum: 1, maximum: MAX_HEIGHT })],
]);

const isWidget: Guard<Widget | UnknownWidget> = (value, place): value is Widget | UnknownWidget => {
  if (!isObject(value)) return place.error("Should be object");
  let right = true;
  for (const name of ["type", "properties"]) {
    if (!Object.hasOwn(value, name)) right = place.error(`Should have required property '${name}'`);
  }
  for (const [name, member] of Object.entries(value)) {
    const here = place.at(name);
    if (name === "type") right = isString(member, here) && right;
    else if (name === "properties") right = hasProperties(value.type, member, here) && right;
    else {
      const guard = POSITION.get(name);
      if (guard === undefined) warnOfUnknown(name, place);
      else right = guard(member, here) && right;
    }
  }
  return right;
};

function hasProperties(type: unknown, properties: unknown, place: Place): boolean {
  if (!isObject(properties)) return place.error("Should be object");
  const guard = typeof type === "string" ? PROPERTIES.get(type) : undefined;
  if (guard !== undefined) return guard(properties, place);
  if (typeof type === "string")
    place.warning(`The widget type ${JSON.stringify(type)} is not known, nothing will be shown`);
  return true;
}

function warnOfUnknown(name: string, place: Place): void {
  place.warning(
    `The ${JSON.stringify(name)} property is not expected to be part of a widget definition, will be ignored`,
  );
}

const MEMBERS: ReadonlyMap<string, Guard<unknown>> = new Map<string, Guard<unknown>>([
  ["widgets", isList(isWidget, { most: MAX_WIDGETS })],
  ["variables", isList(isVariable, { most: MAX_VARIABLES })],
  ["start", isTime],
  ["end", isTime],
  ["periodOverride", isOneOf("auto", "inherit")],
]);

const isBody: Guard<DashboardBody> = (value, place): value is DashboardBody => {
  if (!isObject(value)) return place.error("Should be object");
  let right = Object.hasOwn(value, "widgets") || place.error("Should have required property 'widgets'");
  for (const [name, member] of Object.entries(value)) {
    const guard = MEMBERS.get(name);
    if (guard === undefined) warnOfUnknownMember(name, place);
    else right = guard(member, place.at(name)) && right;
  }
  if (Object.hasOwn(value, "end") && !Object.hasOwn(value, "start")) warnOfEnd(place);
  return right;
};

function warnOfUnknownMember(name: string, place: Place): void {
  place.warning(
    `The ${JSON.stringify(name)} property is not expected to be part of a dashboard definition, will be ignored`,
  );
}

/** The text is not a JSON object at all. */
export class NotJson extends Error {
  override readonly name = "NotJson";
}

/**
 * Reads the body of a dashboard as PutDashboard takes it and tells everything that is wrong or odd with it. The body is the
 * JSON as it was written: nothing is filled in and nothing left out.
 * @throws NotJson
 */
export function readDashboardBody(text: string): DashboardReading {
  const value = parseObject(text);
  const findings = new Findings();
  const { errors, warnings } = findings;
  if (isBody(value, new Place(findings))) return { body: value, errors: [], warnings };
  return { body: undefined, errors, warnings };
}

/** @throws NotJson */
export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NotJson(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value) || isArray(value)) throw new NotJson("the JSON is not an object");
  return value;
}
