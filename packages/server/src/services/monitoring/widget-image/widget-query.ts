import {
  expandMetricRows,
  type ImageProperties,
  type MetricRow,
  resolveTime,
} from "@nephoscope/languages/dashboard-body";

/** One row of a widget as something to read. */
export interface WidgetQuery {
  /** The row's id, or one made for it. */
  readonly id: string;
  readonly region: string;
  readonly accountId: string | undefined;
  /** As it was given; it may have dynamic parts. */
  readonly label: string | undefined;
  /** What it is called without a label. */
  readonly plainLabel: string;
  /** Seconds. */
  readonly period: number;
  /** Whether it is drawn, or only read by expressions. */
  readonly visible: boolean;
  readonly source: WidgetSource;
}

export type WidgetSource =
  | {
      readonly kind: "metric";
      readonly namespace: string;
      readonly metric: string;
      readonly dimensions: Readonly<Record<string, string>>;
      readonly stat: string;
      readonly unit: string | undefined;
    }
  | { readonly kind: "expression"; readonly expression: string };

/** What is to be read for a widget. */
export interface WidgetReading {
  readonly queries: readonly WidgetQuery[];
  /** The rows, in the order of the queries. */
  readonly rows: readonly MetricRow[];
  /** What the picture shows. */
  readonly startMs: number;
  readonly endMs: number;
  /** Each series is to be one value of the whole range. */
  readonly wholeRange: boolean;
}

/** The widget asks for something that can't be drawn; the message is for the caller. */
export class WidgetRefused extends Error {
  override readonly name = "WidgetRefused";
}

const DEFAULT_PERIOD = 300;
const DEFAULT_START = "-PT3H";
const DEFAULT_STAT = "Average";
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** CloudWatch keeps no metric for longer. */
const LONGEST_MS = 455 * DAY_MS;
/** Points of all rows together: more than any picture can show, and few enough to be read in a second or two. */
const MAX_POINTS = 500_000;

/** Works out what to read for a widget that is asked for in `region` at `nowMs`. @throws WidgetRefused */
export function readingOf(widget: ImageProperties, region: string, nowMs: number): WidgetReading {
  const endMs = timeOf(widget.end ?? "-PT0H", nowMs);
  const startMs = timeOf(widget.start ?? DEFAULT_START, nowMs);
  if (startMs >= endMs) throw new WidgetRefused("The start of the widget must be before its end.");
  if (endMs - startMs > LONGEST_MS)
    throw new WidgetRefused("The range of the widget is longer than the 455 days that metrics are kept.");
  const rows = expandMetricRows(widget.metrics);
  const labels = plainLabels(rows);
  const ids = idsOf(rows);
  const queries = rows.map((row, index): WidgetQuery => {
    const { options } = row;
    return {
      id: ids[index] ?? "",
      region: options.region ?? widget.region ?? region,
      accountId: options.accountId ?? widget.accountId,
      label: options.label,
      plainLabel: labels[index] ?? "",
      period: keptPeriod(options.period ?? widget.period ?? DEFAULT_PERIOD, nowMs - startMs),
      visible: options.visible ?? true,
      source: sourceOf(row, widget.stat),
    };
  });
  const points = queries.reduce((sum, { period }) => sum + (endMs - startMs) / (period * 1_000), 0);
  if (points > MAX_POINTS) {
    throw new WidgetRefused(
      `The widget asks for about ${Math.round(points)} datapoints; ${MAX_POINTS} can be drawn. Take a longer period or a shorter range.`,
    );
  }
  const wholeRange = widget.setPeriodToTimeRange === true && (widget.view ?? "timeSeries") !== "timeSeries";
  return { queries, rows, startMs, endMs, wholeRange };
}

function timeOf(text: string, nowMs: number): number {
  const time = resolveTime(text, nowMs);
  if (time === undefined) throw new WidgetRefused(`${JSON.stringify(text)} is not a time.`);
  return time;
}

/** The period, or the shortest longer one in which data of this age is kept (user guide: retention of metrics). */
function keptPeriod(period: number, ageMs: number): number {
  const unit = ageMs > 63 * DAY_MS ? 3_600 : ageMs > 15 * DAY_MS ? 300 : ageMs > 3 * HOUR_MS + MINUTE_MS ? 60 : 1;
  return Math.ceil(period / unit) * unit;
}

function sourceOf(row: MetricRow, stat: string | undefined): WidgetSource {
  if (row.kind === "expression") return { kind: "expression", expression: row.expression };
  return {
    kind: "metric",
    namespace: row.namespace,
    metric: row.metric,
    dimensions: Object.fromEntries(row.dimensions),
    stat: row.options.stat ?? stat ?? DEFAULT_STAT,
    unit: row.options.unit,
  };
}

/** The rows' own ids, and others that none of them has. @throws WidgetRefused */
function idsOf(rows: readonly MetricRow[]): string[] {
  const own = rows.flatMap(({ options }) => options.id ?? []);
  const twice = own.find((id, index) => own.indexOf(id) !== index);
  if (twice !== undefined)
    throw new WidgetRefused(`The id ${JSON.stringify(twice)} is used more than once in the metrics of the widget.`);
  const taken = new Set(own);
  return rows.map(({ options }, index) => {
    if (options.id !== undefined) return options.id;
    let id = `row_${index + 1}`;
    while (taken.has(id)) id += "_";
    taken.add(id);
    return id;
  });
}

/**
 * Names for rows without a label: of namespace, metric, dimensions and statistic what tells them apart, and the metric's name
 * where nothing else is left.
 */
function plainLabels(rows: readonly MetricRow[]): string[] {
  const metrics = rows.filter((row) => row.kind === "metric");
  const differ = (pick: (row: (typeof metrics)[number]) => string) => new Set(metrics.map(pick)).size > 1;
  const names = differ(({ metric }) => metric);
  const dimensions = differ((row) => JSON.stringify(row.dimensions));
  const namespaces = differ(({ namespace }) => namespace);
  const stats = differ(({ options }) => options.stat ?? "");
  return rows.map((row) => {
    if (row.kind === "expression") return row.options.id ?? row.expression;
    const values = row.dimensions.map(([, value]) => value).join(" ");
    const parts = [
      namespaces ? row.namespace : "",
      dimensions ? values : "",
      names || !dimensions || values === "" ? row.metric : "",
      stats ? (row.options.stat ?? "") : "",
    ];
    return parts.filter((part) => part !== "").join(" ");
  });
}
