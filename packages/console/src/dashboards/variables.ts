import {
  type DashboardBody,
  expandMetricRows,
  type MetricRow,
  readDashboardBody,
  type Variable,
} from "@nephoscope/languages/dashboard-body";
import { writeRows } from "../metrics/graph-state.ts";

/** Values of variables by their ids. An empty one replaces nothing. */
export type Choices = ReadonlyMap<string, string>;

/** Replaces what a pattern of a variable fits in a text. */
export type Replace = (text: string, pattern: string, value: string) => string;

/** The first value that its search finds, in place of one that is written (CDK, DefaultValue.FIRST). */
export const FIRST = "__FIRST";

/** The values that an address chooses, else the defaults of the variables. `found` are those of searches, by id. */
export function choicesOf(
  variables: readonly Variable[],
  query: URLSearchParams,
  found: ReadonlyMap<string, readonly string[]>,
): Choices {
  return new Map(
    variables.map(({ id, defaultValue = "" }) => {
      const chosen = query.get(`var.${id}`);
      if (chosen !== null) return [id, chosen];
      return [id, defaultValue === FIRST ? (found.get(id)?.[0] ?? "") : defaultValue];
    }),
  );
}

/**
 * The body with what is chosen in its widgets. A pattern is replaced in every text; a property where it is a member, and as a
 * dimension's name in rows of metrics. Undefined when the body is wrong with these values.
 */
export function withChoices(body: DashboardBody, choices: Choices, replace: Replace): DashboardBody | undefined {
  const variables = (body.variables ?? []).filter(({ id }) => (choices.get(id) ?? "") !== "");
  if (variables.length === 0) return body;
  let widgets: unknown = body.widgets;
  for (const { id, type, pattern = "", property = "" } of variables) {
    const value = choices.get(id) ?? "";
    if (type === "pattern" && pattern !== "") widgets = mapTexts(widgets, (text) => replace(text, pattern, value));
    if (type === "property" && property !== "") widgets = withProperty(widgets, property, value);
  }
  return readDashboardBody(JSON.stringify({ ...body, widgets })).body;
}

/** Names of members stay: a pattern that fits one would make another dashboard. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each: unknown) => mapTexts(each, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]));
}

function withProperty(value: unknown, property: string, chosen: string): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => withProperty(each, property, chosen));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      if (name === property && (typeof member === "string" || typeof member === "number")) return [name, chosen];
      if (name === "metrics" && Array.isArray(member) && member.every((row: unknown) => Array.isArray(row)))
        return [name, writeRows(expandMetricRows(member).map((row) => withOption(row, property, chosen)))];
      return [name, withProperty(member, property, chosen)];
    }),
  );
}

function withOption(row: MetricRow, property: string, chosen: string): MetricRow {
  const options = { ...row.options, ...(property in row.options && { [property]: chosen }) };
  if (row.kind === "expression") return { ...row, options };
  const dimensions = row.dimensions.map(([name, value]) => [name, name === property ? chosen : value] as const);
  return { ...row, dimensions, options };
}
