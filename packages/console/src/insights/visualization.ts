import { parseInsights, planInsights } from "@nephoscope/languages/insights";
import type { Result, ResultRow } from "../result-table/result-model.ts";
import { timeOfResult } from "./time-bins.ts";

export type ChartKind = "line" | "area" | "bar" | "pie";

/** What of a query's result can be drawn. */
export interface Drawable {
  /** The first is the one to begin with. */
  readonly kinds: readonly ChartKind[];
  /** The column of times, where the query groups by `bin(...)`. */
  readonly time: string | undefined;
  /** Milliseconds of a bin; undefined where bins differ in length. */
  readonly binMs: number | undefined;
  /** The other columns that the query groups by: each combination of their values is a line, or a bar. */
  readonly groups: readonly string[];
  readonly values: readonly string[];
}

/** Why nothing can be drawn, and what to write. */
export interface NotDrawable {
  readonly reason: string;
}

/** Functions whose result is the start of a period. `bin` reads the event's own time; the others do the same for a column that holds one. */
const PERIODS = new Set(["bin", "datefloor", "dateceil"]);
const PERIOD_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The console's rules (user guide, "Visualizing log data in graphs"): with an aggregate and exactly one grouping by time, lines, stacked
 * areas, bars and pies; with any other aggregation bars alone.
 */
export function drawableOf(query: string): Drawable | NotDrawable {
  const plan = planInsights(parseInsights(query));
  const step = plan.steps.findLast(({ kind }) => kind === "aggregate");
  if (step?.kind !== "aggregate" || plan.estimate) {
    return { reason: "Graphs show aggregates. Add a stats command, such as: stats count(*) by bin(5m)" };
  }
  const shown = plan.columns.map(({ name }) => name);
  const times = step.keys.filter(({ expression }) => expression.kind === "call" && PERIODS.has(expression.name));
  const keys = new Set(step.keys.map(({ name }) => name));
  const values = shown.filter((name) => !keys.has(name));
  if (values.length === 0) return { reason: "No column of an aggregate is shown. Leave one in the display command." };
  const [time] = times;
  if (times.length !== 1 || time === undefined || !shown.includes(time.name)) {
    return {
      kinds: ["bar"],
      time: undefined,
      binMs: undefined,
      groups: shown.filter((name) => keys.has(name)),
      values,
    };
  }
  const period =
    time.expression.kind === "call" ? time.expression.args.find(({ kind }) => kind === "period") : undefined;
  const { amount, unit } = period?.kind === "period" ? period.value : { amount: Number.NaN, unit: "" };
  const binMs = amount * (PERIOD_MS[unit] ?? Number.NaN);
  return {
    kinds: ["line", "area", "bar", "pie"],
    time: time.name,
    binMs: Number.isNaN(binMs) ? undefined : binMs,
    groups: shown.filter((name) => keys.has(name) && name !== time.name),
    values,
  };
}

/** One line of a graph over time. */
export interface TimeSeries {
  readonly label: string;
  /** Ascending, in milliseconds since 1970, with a value for each. */
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** Bars: for each label one of every series. */
export interface BarData {
  readonly labels: readonly string[];
  readonly series: readonly { readonly label: string; readonly values: readonly (number | undefined)[] }[];
}

export interface Slice {
  readonly label: string;
  readonly value: number;
}

/** How many there were in the result, where not all are drawn. */
export interface Bounded<T> {
  readonly data: T;
  readonly total: number;
}

/** So many bars AWS's console draws of a result. */
export const MAX_BARS = 100;
/** So many lines are drawn: those with the largest sums. More could be told apart by nobody. */
export const MAX_LINES = 100;
/** Slices of a pie, the largest first; what is beyond them is one more. */
const MAX_SLICES = 20;

/** The lines of a result that is grouped by time. Rows without a time, such as one of totals, and values that are no numbers are left out. */
export function timeSeriesOf(result: Result, drawable: Drawable): Bounded<readonly TimeSeries[]> {
  const timeAt = result.columns.indexOf(drawable.time ?? "");
  const groupsAt = drawable.groups.map((name) => result.columns.indexOf(name));
  const lines = new Map<string, Map<number, number>>();
  for (const row of result.rows) {
    const time = timeOfResult(row.values[timeAt]);
    if (time === undefined) continue;
    const group = groupsAt.length === 0 ? undefined : groupLabel(row, groupsAt);
    for (const name of drawable.values) {
      const value = numberOf(row.values[result.columns.indexOf(name)]);
      if (value === undefined) continue;
      const label = group === undefined ? name : drawable.values.length === 1 ? group : `${group} ${name}`;
      let line = lines.get(label);
      if (line === undefined) {
        line = new Map();
        lines.set(label, line);
      }
      line.set(time, value);
    }
  }
  const sum = (line: ReadonlyMap<number, number>) => line.values().reduce((total, value) => total + value, 0);
  const all = [...lines];
  const kept =
    all.length <= MAX_LINES
      ? all
      : all
          .map(([label, line]) => [label, line, sum(line)] as const)
          .sort((a, b) => b[2] - a[2])
          .slice(0, MAX_LINES);
  const data = kept.map(([label, line]): TimeSeries => {
    const points = [...line].sort(([a], [b]) => a - b);
    return { label, timesMs: points.map(([time]) => time), values: points.map(([, value]) => value) };
  });
  return { data, total: all.length };
}

/** The bars of a result that is not grouped by time, in the order of its rows. */
export function barsOf(result: Result, { groups, values }: Drawable): Bounded<BarData> {
  const groupsAt = groups.map((name) => result.columns.indexOf(name));
  const rows = result.rows.slice(0, MAX_BARS);
  const labels = rows.map((row) => (groupsAt.length === 0 ? "All" : groupLabel(row, groupsAt)));
  const series = values.map((label) => {
    const at = result.columns.indexOf(label);
    return { label, values: rows.map((row) => numberOf(row.values[at])) };
  });
  return { data: { labels, series }, total: result.rows.length };
}

/** The slices of a pie over lines: each line's sum, or of a single line each bin's value. Only what is above zero has a place in a pie. */
export function slicesOf(lines: readonly TimeSeries[], timeText: (ms: number) => string): readonly Slice[] {
  const [only, ...others] = lines;
  const slices =
    only !== undefined && others.length === 0
      ? only.timesMs.map((ms, index) => ({ label: timeText(ms), value: only.values[index] ?? 0 }))
      : lines.map(({ label, values }) => ({ label, value: values.reduce((sum, value) => sum + value, 0) }));
  const sorted = slices.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  if (sorted.length <= MAX_SLICES) return sorted;
  const rest = sorted.slice(MAX_SLICES - 1);
  return [
    ...sorted.slice(0, MAX_SLICES - 1),
    { label: `${rest.length} others`, value: rest.reduce((sum, { value }) => sum + value, 0) },
  ];
}

const groupLabel = ({ values }: ResultRow, places: readonly number[]) =>
  places.map((at) => values[at] ?? "–").join(", ");

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
