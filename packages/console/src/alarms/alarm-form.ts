import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { MetricRow } from "@nephoscope/languages/dashboard-body";
import { MetricMathError, parseMetricMath } from "@nephoscope/languages/metric-math";
import type { Input } from "../api/json-types.ts";
import { type Metric, writeRows } from "../metrics/graph-state.ts";
import { readGraphRows } from "./read-graph-rows.ts";

export type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";
export type PutMetricAlarm = Input<typeof CloudWatch, "PutMetricAlarm">;

/** What somebody writes and chooses in the wizard. Numbers stay texts until they are checked. */
export interface AlarmForm {
  /** One metric is watched, or one of some rows with math. */
  readonly kind: "metric" | "math";
  readonly metric: Metric | undefined;
  readonly stat: string;
  /** Seconds; in math of the metrics that have none of their own. */
  readonly period: number;
  readonly rows: readonly MetricRow[];
  /** The id of the row that is watched. */
  readonly watched: string;
  /** A number, or the band that a model of the metric expects. */
  readonly limit: "static" | "band";
  readonly comparison: Comparison;
  readonly threshold: string;
  readonly side: BandSide;
  /** How wide the band is, in standard deviations. */
  readonly deviations: string;
  /** So many of the last `of` periods. */
  readonly datapoints: string;
  readonly of: string;
  readonly missing: Missing;
  readonly actions: readonly AlarmAction[];
  readonly name: string;
  readonly description: string;
  /** What an alarm that is changed has and the wizard does not show. */
  readonly kept: Pick<
    PutMetricAlarm,
    "ActionsEnabled" | "Unit" | "EvaluateLowSampleCountPercentile" | "EvaluationWindow" | "WarmUpConfiguration"
  >;
}

export interface AlarmAction {
  /** Tells it from the others for as long as it is written. */
  readonly id: string;
  readonly state: AlarmState;
  readonly arn: string;
}

export const COMPARISONS = [
  { value: "GreaterThanThreshold", label: "Greater", sign: ">" },
  { value: "GreaterThanOrEqualToThreshold", label: "Greater/Equal", sign: ">=" },
  { value: "LessThanOrEqualToThreshold", label: "Lower/Equal", sign: "<=" },
  { value: "LessThanThreshold", label: "Lower", sign: "<" },
] as const;
export type Comparison = (typeof COMPARISONS)[number]["value"];

export const BAND_SIDES = [
  { value: "LessThanLowerOrGreaterThanUpperThreshold", label: "Outside of the band", sign: "outside of" },
  { value: "GreaterThanUpperThreshold", label: "Greater than the band", sign: "above" },
  { value: "LessThanLowerThreshold", label: "Lower than the band", sign: "below" },
] as const;
export type BandSide = (typeof BAND_SIDES)[number]["value"];

export const MISSING = [
  { value: "missing", label: "Treat missing data as missing" },
  { value: "notBreaching", label: "Treat missing data as good (not breaching threshold)" },
  { value: "ignore", label: "Treat missing data as ignore (maintain the alarm state)" },
  { value: "breaching", label: "Treat missing data as bad (breaching threshold)" },
] as const;
export type Missing = (typeof MISSING)[number]["value"];

export const EMPTY_ALARM: AlarmForm = {
  kind: "metric",
  metric: undefined,
  stat: "Average",
  period: 300,
  rows: [],
  watched: "",
  limit: "static",
  comparison: "GreaterThanThreshold",
  threshold: "",
  side: "LessThanLowerOrGreaterThanUpperThreshold",
  deviations: "2",
  datapoints: "1",
  of: "1",
  missing: "missing",
  actions: [],
  name: "",
  description: "",
  kept: {},
};

/** The wizard's first state by an address; it is anyone's text. */
export function formOfAddress(query: URLSearchParams): AlarmForm {
  const [namespace, name] = [query.get("namespace"), query.get("metric")];
  const given = Number(query.get("period"));
  const period = Number.isInteger(given) && given > 0 ? given : EMPTY_ALARM.period;
  const rows = readGraphRows(query.get("rows"));
  const watched = query.get("watched") ?? "";
  if (rows.some(({ options }) => options.id === watched))
    return { ...EMPTY_ALARM, kind: "math", rows, watched, period };
  return {
    ...EMPTY_ALARM,
    metric: namespace && name ? { namespace, name, dimensions: dimensionsOf(query.get("dimensions")) } : undefined,
    stat: query.get("stat") ?? EMPTY_ALARM.stat,
    period,
  };
}

/** The rows as an address holds them. */
export const textOfRows = (rows: readonly MetricRow[]): string => JSON.stringify(writeRows(rows));

function dimensionsOf(text: string | null): readonly (readonly [string, string])[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(read)) return [];
    return read.flatMap((each): [string, string][] =>
      Array.isArray(each) && typeof each[0] === "string" && typeof each[1] === "string" ? [[each[0], each[1]]] : [],
    );
  } catch {
    return [];
  }
}

export type Faults = Readonly<Partial<Record<keyof AlarmForm, string>>>;

/** What of the form is wrong, by step: metric, conditions, actions, name. */
export function faultsOf(form: AlarmForm, step: number): Faults {
  const whole = (text: string) => /^[1-9]\d{0,3}$/.test(text);
  switch (step) {
    case 0: {
      if (form.kind === "metric") return form.metric === undefined ? { metric: "Choose a metric." } : {};
      const fault = form.rows.map((row) => rowFault(row, form.rows)).find((each) => each !== undefined);
      if (fault !== undefined) return { rows: fault };
      return form.rows.some(({ options }) => options.id === form.watched)
        ? {}
        : { rows: "Choose the row that the alarm watches." };
    }
    case 1: {
      const faults: { -readonly [K in keyof AlarmForm]?: string } = {};
      if (form.limit === "static" && (form.threshold.trim() === "" || !Number.isFinite(Number(form.threshold))))
        faults.threshold = "The threshold is a number.";
      if (form.limit === "band" && !(Number(form.deviations) > 0 && Number(form.deviations) <= 1_000))
        faults.deviations = "A number greater than 0, such as 2.";
      if (!whole(form.of)) faults.of = "A whole number from 1.";
      if (!whole(form.datapoints) || Number(form.datapoints) > Number(form.of))
        faults.datapoints = "A whole number from 1 that is not larger than the number of periods.";
      return faults;
    }
    case 2:
      return form.actions.some(({ arn }) => arn === "")
        ? { actions: "Choose a topic for each notification, or remove it." }
        : {};
    case 3:
      return nameFault(form.name) === undefined ? {} : { name: nameFault(form.name) ?? "" };
    default:
      return {};
  }
}

export function nameFault(name: string): string | undefined {
  if (name.trim() === "") return "The alarm needs a name.";
  return name.length > 255 ? "A name has at most 255 characters." : undefined;
}

/** What is wrong with a row of math: its words, and the ids that they name. */
export function rowFault(row: MetricRow, rows: readonly MetricRow[]): string | undefined {
  if (row.kind === "metric") return undefined;
  try {
    const ids = new Set(rows.flatMap(({ options }) => options.id ?? []));
    const lost = parseMetricMath(row.expression).ids.find((id) => !ids.has(id));
    return lost === undefined ? undefined : `No row has the id ${lost}, which ${row.options.id ?? "this row"} reads.`;
  } catch (error) {
    if (error instanceof MetricMathError) return error.message;
    throw error;
  }
}

/** An action that is not yet among the others. */
export function newAction(actions: readonly AlarmAction[]): AlarmAction {
  const last = actions.reduce((most, { id }) => Math.max(most, Number(id)), 0);
  return { id: String(last + 1), state: "ALARM", arn: "" };
}

export const signOf = (comparison: string): string =>
  [...COMPARISONS, ...BAND_SIDES].find(({ value }) => value === comparison)?.sign ?? comparison;
