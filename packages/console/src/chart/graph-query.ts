import type { Band, Chart, HorizontalMark, Series, VerticalMark } from "@nephoscope/charts";
import { parseOffset } from "@nephoscope/charts";
import {
  type Annotations,
  expandMetricRows,
  isBand,
  type MetricProperties,
  type MetricRow,
  resolveTime,
} from "@nephoscope/languages/dashboard-body";
import { type MetricUnit, metricUnit } from "@nephoscope/languages/metric-unit";
import type { Span } from "../time-range/time-range.ts";

/** One row of a graph as GetMetricData is asked for it. */
export interface GraphQuery {
  readonly id: string;
  readonly region: string;
  /** Seconds. */
  readonly period: number;
  /** The range to read, where the row is to come to one value of it. */
  readonly whole?: Span | undefined;
  readonly row: MetricRow;
  readonly label: string;
  readonly request: {
    readonly Id: string;
    readonly Label?: string;
    readonly ReturnData: boolean;
    readonly AccountId?: string;
    readonly Period?: number;
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions: { readonly Name: string; readonly Value: string }[];
      };
      readonly Period: number;
      readonly Stat: string;
      readonly Unit?: MetricUnit;
    };
  };
}

/** One answer of GetMetricData. Times in seconds since 1970, ascending. */
export interface GraphAnswer {
  readonly Id?: string | undefined;
  readonly Label?: string | undefined;
  readonly Timestamps?: readonly number[] | undefined;
  readonly Values?: readonly number[] | undefined;
  readonly StatusCode?: string | undefined;
}

/** Only values in that unit are read. Throws when there is no such unit: reading those of all would be another graph. */
function unitOf(name: string | undefined): { readonly Unit?: MetricUnit } {
  if (name === undefined) return {};
  const Unit = metricUnit(name);
  if (Unit === undefined) throw new Error(`${name} is no unit of metrics.`);
  return { Unit };
}

const DEFAULT_PERIOD = 300;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A line of more points could not be seen, and would take seconds to read. */
const POINTS_OF_LINE = 1_500;
const PERIODS = [1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];

/** The rows of a graph as queries. `region` is where rows are read that name none. */
export function graphQueries(
  properties: MetricProperties,
  {
    region,
    span,
    nowMs,
    keepPeriods = false,
  }: {
    readonly region: string;
    readonly span: Span;
    readonly nowMs: number;
    /** Periods stay as they are written, however many points they make. */
    readonly keepPeriods?: boolean;
  },
): readonly GraphQuery[] {
  const rows = expandMetricRows(properties.metrics ?? []);
  const taken = new Set(rows.flatMap(({ options }) => options.id ?? []));
  const names = labelsOf(rows);
  const whole =
    properties.setPeriodToTimeRange === true && (properties.view ?? "timeSeries") !== "timeSeries"
      ? keptSpan(span, nowMs)
      : undefined;
  return rows.map((row, index): GraphQuery => {
    const { options } = row;
    let id = options.id ?? `row_${index + 1}`;
    while (options.id === undefined && taken.has(id)) id += "_";
    const period = whole
      ? (whole.endMs - whole.startMs) / 1_000
      : kept(options.period ?? properties.period ?? DEFAULT_PERIOD, span, nowMs, keepPeriods);
    const account = options.accountId ?? properties.accountId;
    const shared = {
      Id: id,
      ReturnData: options.visible !== false,
      ...(options.label !== undefined && options.label !== "" && { Label: options.label }),
      ...(account !== undefined && !/local/i.test(account) && { AccountId: account }),
    };
    return {
      id,
      region: options.region ?? properties.region ?? region,
      period,
      whole,
      row,
      label: names[index] ?? "",
      request:
        row.kind === "expression"
          ? { ...shared, Expression: row.expression, Period: period }
          : {
              ...shared,
              MetricStat: {
                Metric: {
                  Namespace: row.namespace,
                  MetricName: row.metric,
                  Dimensions: row.dimensions.map(([Name, Value]) => ({ Name, Value })),
                },
                Period: period,
                Stat: options.stat ?? properties.stat ?? "Average",
                ...unitOf(options.unit),
              },
            },
    };
  });
}

/** Seconds of the shortest period that is kept for this age (user guide: retention of metrics). */
function keptUnit(startMs: number, nowMs: number): number {
  const age = nowMs - startMs;
  // A minute more, because the service rounds starts down to the minute.
  return age > 63 * DAY_MS ? 3_600 : age > 15 * DAY_MS ? 300 : age > 3 * HOUR_MS + 60_000 ? 60 : 1;
}

/** The range in whole periods of what is kept: periods are counted from its start, so one of its length makes one value. */
function keptSpan({ startMs, endMs }: Span, nowMs: number): Span {
  const unit = Math.max(60, keptUnit(startMs, nowMs)) * 1_000;
  const start = Math.floor(startMs / unit) * unit;
  return { startMs: start, endMs: Math.max(start + unit, Math.ceil(endMs / unit) * unit) };
}

/** The period, or the shortest longer one that is kept for this age and makes a line that can be seen. */
function kept(period: number, span: Span, nowMs: number, keep: boolean): number {
  const unit = keptUnit(span.startMs, nowMs);
  const stored = Math.ceil(period / unit) * unit;
  if (keep) return stored;
  const least = (span.endMs - span.startMs) / 1_000 / POINTS_OF_LINE;
  return stored >= least
    ? stored
    : (PERIODS.find((each) => each >= least && each >= stored && each % unit === 0) ?? 86_400);
}

/** Names for rows without a label: what tells them apart. */
function labelsOf(rows: readonly MetricRow[]): readonly string[] {
  const metrics = rows.filter((row) => row.kind === "metric");
  const differ = (pick: (row: (typeof metrics)[number]) => string) => new Set(metrics.map(pick)).size > 1;
  const names = differ(({ metric }) => metric);
  const dimensions = differ((row) => JSON.stringify(row.dimensions));
  const namespaces = differ(({ namespace }) => namespace);
  const stats = differ(({ options }) => options.stat ?? "");
  return rows.map((row) => {
    if (row.kind === "expression") return row.options.id ?? row.expression;
    const values = row.dimensions.map(([, value]) => value).join(" ");
    return [
      namespaces ? row.namespace : "",
      dimensions ? values : "",
      names || !dimensions || values === "" ? row.metric : "",
      stats ? (row.options.stat ?? "") : "",
    ]
      .filter((part) => part !== "")
      .join(" ");
  });
}

export interface GraphLook {
  readonly span: Span;
  readonly nowMs: number;
  readonly dark: boolean;
  readonly offsetMinutes: number;
  readonly width: number;
  readonly height: number;
}

/** An expression of this function comes to two series; together they are an area. */
const BAND = /^\s*ANOMALY_DETECTION_BAND\s*\(/;

/** The graph with what was read for it. */
export function chartOf(
  properties: MetricProperties,
  queries: readonly GraphQuery[],
  answers: readonly GraphAnswer[],
  look: GraphLook,
): Chart {
  const series: Series[] = [];
  const bands: Band[] = [];
  for (const query of queries) {
    const { options } = query.row;
    const found = answers.filter(({ Id }) => Id === query.id);
    const drawn = found.map(
      (answer): Series => ({
        // The service names a metric without a label by its name alone.
        label:
          found.length > 1 || query.request.Label !== undefined
            ? (answer.Label ?? query.label)
            : query.label || (answer.Label ?? ""),
        // Many series of one row in one colour could not be told apart.
        color: found.length > 1 ? undefined : options.color,
        unit: undefined,
        axis: options.yAxis ?? "left",
        timesMs: (answer.Timestamps ?? []).map((time) => time * 1_000),
        values: answer.Values ?? [],
        periodMs: query.period * 1_000,
        incomplete: answer.StatusCode === "PartialData",
      }),
    );
    const [one, other] = drawn;
    if (query.row.kind === "expression" && BAND.test(query.row.expression) && drawn.length === 2 && one && other) {
      const [lower, upper] = (one.values.at(-1) ?? 0) <= (other.values.at(-1) ?? 0) ? [one, other] : [other, one];
      bands.push({ lower, upper, color: options.color, label: options.label ?? query.label });
    } else series.push(...drawn);
  }
  return {
    view: properties.view ?? "timeSeries",
    width: look.width,
    height: look.height,
    theme: look.dark ? "dark" : "light",
    title: undefined,
    startMs: look.span.startMs,
    endMs: look.span.endMs,
    offsetMinutes: properties.timezone === undefined ? look.offsetMinutes : parseOffset(properties.timezone),
    stacked: properties.stacked ?? false,
    legend: properties.legend?.position ?? "bottom",
    axes: { left: properties.yAxis?.left, right: properties.yAxis?.right },
    series,
    bands,
    horizontal: horizontalMarks(properties.annotations),
    vertical: verticalMarks(properties.annotations, look.nowMs),
    sparkline: properties.sparkline ?? false,
    trend: properties.trend ?? false,
    fullPrecision: properties.singleValueFullPrecision ?? false,
    sliceLabels: properties.labels?.visible ?? true,
    table: {
      summary: properties.table?.summaryColumns ?? [],
      showTimes: properties.table?.showTimeSeriesData ?? (properties.table?.summaryColumns ?? []).length === 0,
    },
  };
}

export function horizontalMarks(annotations: Annotations | undefined): HorizontalMark[] {
  return (annotations?.horizontal ?? []).flatMap((mark): HorizontalMark[] => {
    const [line, other] = isBand(mark) ? mark : [mark, undefined];
    if (line.visible === false) return [];
    return [
      {
        value: line.value,
        to: other?.value,
        label: line.label ?? other?.label,
        color: line.color ?? other?.color,
        fill: other === undefined ? (line.fill ?? "none") : "none",
        axis: line.yAxis ?? "left",
      },
    ];
  });
}

function verticalMarks(annotations: Annotations | undefined, nowMs: number): VerticalMark[] {
  return (annotations?.vertical ?? []).flatMap((mark): VerticalMark[] => {
    const [line, other] = isBand(mark) ? mark : [mark, undefined];
    const ms = resolveTime(line.value, nowMs);
    if (line.visible === false || ms === undefined) return [];
    return [
      {
        ms,
        toMs: other === undefined ? undefined : resolveTime(other.value, nowMs),
        label: line.label ?? other?.label,
        color: line.color ?? other?.color,
        fill: other === undefined ? (line.fill ?? "none") : "none",
      },
    ];
  });
}
