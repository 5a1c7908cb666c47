import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import type { Input, Json } from "../api/json-types.ts";
import type { Metric } from "../metrics/graph-state.ts";

export type AlarmState = "ALARM" | "OK" | "INSUFFICIENT_DATA";
export type PutMetricAlarm = Input<typeof CloudWatch, "PutMetricAlarm">;
type MetricAlarm = Json<CloudWatch.MetricAlarm>;

/** What somebody writes and chooses in the wizard. Numbers stay texts until they are checked. */
export interface AlarmForm {
  readonly metric: Metric | undefined;
  readonly stat: string;
  readonly period: number;
  readonly comparison: Comparison;
  readonly threshold: string;
  /** So many of the last `of` periods. */
  readonly datapoints: string;
  readonly of: string;
  readonly missing: Missing;
  readonly actions: readonly AlarmAction[];
  readonly name: string;
  readonly description: string;
}

export interface AlarmAction {
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

export const MISSING = [
  { value: "missing", label: "Treat missing data as missing" },
  { value: "notBreaching", label: "Treat missing data as good (not breaching threshold)" },
  { value: "ignore", label: "Treat missing data as ignore (maintain the alarm state)" },
  { value: "breaching", label: "Treat missing data as bad (breaching threshold)" },
] as const;
export type Missing = (typeof MISSING)[number]["value"];

export const EMPTY_ALARM: AlarmForm = {
  metric: undefined,
  stat: "Average",
  period: 300,
  comparison: "GreaterThanThreshold",
  threshold: "",
  datapoints: "1",
  of: "1",
  missing: "missing",
  actions: [],
  name: "",
  description: "",
};

/** The wizard's first state by an address; it is anyone's text. */
export function formOfAddress(query: URLSearchParams): AlarmForm {
  const [namespace, name] = [query.get("namespace"), query.get("metric")];
  const period = Number(query.get("period"));
  return {
    ...EMPTY_ALARM,
    metric: namespace && name ? { namespace, name, dimensions: dimensionsOf(query.get("dimensions")) } : undefined,
    stat: query.get("stat") ?? EMPTY_ALARM.stat,
    period: Number.isInteger(period) && period > 0 ? period : EMPTY_ALARM.period,
  };
}

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

/** An alarm as the wizard shows it; undefined for those of math or a band, which it can not. */
export function formOfAlarm(alarm: MetricAlarm): AlarmForm | undefined {
  const comparison = COMPARISONS.find(({ value }) => value === alarm.ComparisonOperator)?.value;
  if (alarm.MetricName === undefined || alarm.Namespace === undefined || comparison === undefined) return undefined;
  const actions = (state: AlarmState, arns: readonly string[] = []) => arns.map((arn) => ({ state, arn }));
  return {
    metric: {
      namespace: alarm.Namespace,
      name: alarm.MetricName,
      dimensions: (alarm.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value] as const),
    },
    stat: alarm.ExtendedStatistic ?? alarm.Statistic ?? "Average",
    period: alarm.Period ?? 300,
    comparison,
    threshold: String(alarm.Threshold ?? ""),
    datapoints: String(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1),
    of: String(alarm.EvaluationPeriods ?? 1),
    missing: MISSING.find(({ value }) => value === alarm.TreatMissingData)?.value ?? "missing",
    actions: [
      ...actions("ALARM", alarm.AlarmActions),
      ...actions("OK", alarm.OKActions),
      ...actions("INSUFFICIENT_DATA", alarm.InsufficientDataActions),
    ],
    name: alarm.AlarmName ?? "",
    description: alarm.AlarmDescription ?? "",
  };
}

export type Faults = Readonly<Partial<Record<keyof AlarmForm, string>>>;

/** What of the form is wrong, by step: metric, conditions, actions, name. */
export function faultsOf(form: AlarmForm, step: number): Faults {
  const whole = (text: string) => /^[1-9]\d{0,3}$/.test(text);
  switch (step) {
    case 0:
      return form.metric === undefined ? { metric: "Choose a metric." } : {};
    case 1: {
      const faults: { -readonly [K in keyof AlarmForm]?: string } = {};
      if (form.threshold.trim() === "" || !Number.isFinite(Number(form.threshold)))
        faults.threshold = "The threshold is a number.";
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
      return form.name.trim() === ""
        ? { name: "The alarm needs a name." }
        : form.name.length > 255
          ? { name: "A name has at most 255 characters." }
          : {};
    default:
      return {};
  }
}

const STATISTICS = ["Average", "Sum", "Minimum", "Maximum", "SampleCount"] as const;

/** The call that makes the alarm. Throws when the form has faults. */
export function putMetricAlarm(form: AlarmForm): PutMetricAlarm {
  const { metric } = form;
  if (metric === undefined || [0, 1, 2, 3].some((step) => Object.keys(faultsOf(form, step)).length > 0))
    throw new Error("The alarm is not complete yet.");
  const statistic = STATISTICS.find((each) => each === form.stat);
  const arns = (state: AlarmState) => form.actions.filter((action) => action.state === state).map(({ arn }) => arn);
  return {
    AlarmName: form.name.trim(),
    ...(form.description !== "" && { AlarmDescription: form.description }),
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions.map(([Name, Value]) => ({ Name, Value })),
    ...(statistic === undefined ? { ExtendedStatistic: form.stat } : { Statistic: statistic }),
    Period: form.period,
    EvaluationPeriods: Number(form.of),
    DatapointsToAlarm: Number(form.datapoints),
    Threshold: Number(form.threshold),
    ComparisonOperator: form.comparison,
    TreatMissingData: form.missing,
    AlarmActions: arns("ALARM"),
    OKActions: arns("OK"),
    InsufficientDataActions: arns("INSUFFICIENT_DATA"),
  };
}

/** The graph of the metric with the threshold, as far as they are chosen. */
export function graphOfForm({ metric, stat, period, threshold, comparison }: AlarmForm): MetricProperties | undefined {
  if (metric === undefined) return undefined;
  const value = Number(threshold);
  return {
    metrics: [[metric.namespace, metric.name, ...metric.dimensions.flat()]],
    stat,
    period,
    ...(threshold.trim() !== "" &&
      Number.isFinite(value) && {
        annotations: {
          horizontal: [{ value, label: `${metric.name} ${signOf(comparison)} ${value}`, color: "#d13212" }],
        },
      }),
  };
}

export const signOf = (comparison: string): string =>
  COMPARISONS.find(({ value }) => value === comparison)?.sign ?? comparison;
