import { FilterPatternError, parseFilterPattern } from "@nephoscope/languages";
import type { MetricFilter, Transformation } from "./filter-calls.ts";

/** What the wizard of a metric filter holds, as it is typed. */
export interface FilterForm {
  readonly pattern: string;
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  /** A number, or a field such as `$.latency`. */
  readonly value: string;
  /** A number; empty for none. */
  readonly defaultValue: string;
  readonly unit: string;
  readonly dimensions: readonly { readonly name: string; readonly selector: string }[];
}

export const EMPTY_FORM: FilterForm = {
  pattern: "",
  name: "",
  namespace: "",
  metric: "",
  value: "1",
  defaultValue: "",
  unit: "None",
  dimensions: [],
};

/** At most three (PutMetricFilter, API reference). */
export const MOST_DIMENSIONS = 3;

export type Faults = Readonly<Partial<Record<keyof FilterForm, string>>>;

/** What is wrong with each part, as far as it can be told before the server is asked. */
export function faultsOf(form: FilterForm): Faults {
  const faults: Partial<Record<keyof FilterForm, string>> = {};
  const pattern = patternFault(form.pattern);
  if (pattern !== undefined) faults.pattern = pattern;
  if (form.name.trim() === "") faults.name = "The filter needs a name.";
  else if (/[:*]/.test(form.name)) faults.name = "A name has no : and no *.";
  if (form.namespace.trim() === "") faults.namespace = "The metric needs a namespace.";
  else if (/^AWS\//.test(form.namespace)) faults.namespace = "Namespaces that begin with AWS/ are AWS's own.";
  if (form.metric.trim() === "") faults.metric = "The metric needs a name.";
  if (form.value.trim() === "") faults.value = "The value is a number, or a field such as $.latency.";
  if (form.defaultValue.trim() !== "" && !Number.isFinite(Number(form.defaultValue))) {
    faults.defaultValue = "The default value is a number.";
  }
  if (form.dimensions.length > 0 && form.defaultValue.trim() !== "") {
    faults.defaultValue = "A metric with dimensions has no default value.";
  }
  if (form.dimensions.some(({ name, selector }) => name.trim() === "" || selector.trim() === "")) {
    faults.dimensions = "A dimension needs a name and a field.";
  }
  return faults;
}

/** What is wrong with a filter pattern, and where; undefined for a good one. */
export function patternFault(pattern: string): string | undefined {
  try {
    parseFilterPattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof FilterPatternError) return error.message;
    throw error;
  }
}

export function transformationOf(form: FilterForm): Transformation {
  const defaultValue = form.defaultValue.trim();
  return {
    metricName: form.metric.trim(),
    metricNamespace: form.namespace.trim(),
    metricValue: form.value.trim(),
    ...(defaultValue !== "" && { defaultValue: Number(defaultValue) }),
    ...(form.unit !== "None" && { unit: unitOf(form.unit) }),
    ...(form.dimensions.length > 0 && {
      dimensions: Object.fromEntries(form.dimensions.map(({ name, selector }) => [name.trim(), selector.trim()])),
    }),
  };
}

export function formOf(filter: MetricFilter): FilterForm {
  const transformation = filter.metricTransformations?.[0];
  return {
    pattern: filter.filterPattern ?? "",
    name: filter.filterName ?? "",
    namespace: transformation?.metricNamespace ?? "",
    metric: transformation?.metricName ?? "",
    value: transformation?.metricValue ?? "1",
    defaultValue: transformation?.defaultValue === undefined ? "" : String(transformation.defaultValue),
    unit: transformation?.unit ?? "None",
    dimensions: Object.entries(transformation?.dimensions ?? {}).map(([name, selector]) => ({ name, selector })),
  };
}

type Unit = NonNullable<Transformation["unit"]>;

/** CloudWatch's units, the usual ones first. */
export const UNITS: readonly Unit[] = [
  "None",
  "Count",
  "Seconds",
  "Milliseconds",
  "Microseconds",
  "Percent",
  "Bytes",
  "Kilobytes",
  "Megabytes",
  "Gigabytes",
  "Terabytes",
  "Bits",
  "Kilobits",
  "Megabits",
  "Gigabits",
  "Terabits",
  "Count/Second",
  "Bytes/Second",
  "Kilobytes/Second",
  "Megabytes/Second",
  "Gigabytes/Second",
  "Terabytes/Second",
  "Bits/Second",
  "Kilobits/Second",
  "Megabits/Second",
  "Gigabits/Second",
  "Terabits/Second",
];

const unitOf = (text: string): Unit => UNITS.find((unit) => unit === text) ?? "None";

/** Lines that somebody pasted, as events. */
export const pastedLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== "");
