import {
  expandMetricRows,
  type MetricProperties,
  type MetricRow,
  readDashboardBody,
} from "@nephoscope/languages/dashboard-body";

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
}

/** What the page begins with. */
export const EMPTY_GRAPH: MetricProperties = {
  metrics: [],
  view: "timeSeries",
  stacked: false,
  stat: "Average",
  period: 300,
};

/** A graph as a text tells it, checked as a dashboard's widget is; a text of what is wrong otherwise. */
export function readGraphSource(text: string, region: string): MetricProperties | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : "This is no JSON.";
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) return "A graph is a JSON object.";
  const properties = { metrics: [], region, ...given };
  const { body, errors } = readDashboardBody(
    JSON.stringify({ widgets: [{ type: "metric", x: 0, y: 0, width: 6, height: 6, properties }] }),
  );
  const [widget] = body?.widgets ?? [];
  if (widget === undefined || widget.type !== "metric")
    return errors
      .map(({ dataPath, message }) => `${dataPath.replace("/widgets/0/properties", "") || "/"}: ${message}`)
      .join("\n");
  // Checked above, where the body was read.
  return properties;
}

/** The graph of an address; the empty one where it has none that is right. An address is anyone's text. */
export function graphOfAddress(text: string | null, region: string): MetricProperties {
  if (text === null) return EMPTY_GRAPH;
  const read = readGraphSource(text, region);
  return typeof read === "string" ? EMPTY_GRAPH : read;
}

/** Rows written out whole, so that each can be changed or taken away alone. */
export function writeRows(rows: readonly MetricRow[]): readonly (readonly unknown[])[] {
  return rows.map((row) => {
    const options = Object.fromEntries(
      Object.entries(row.options).filter(([, value]) => value !== undefined && value !== ""),
    );
    if (row.kind === "expression") return [{ ...options, expression: row.expression }];
    const texts = [row.namespace, row.metric, ...row.dimensions.flat()];
    return Object.keys(options).length === 0 ? texts : [...texts, options];
  });
}

export const rowsOf = (graph: MetricProperties): readonly MetricRow[] => expandMetricRows(graph.metrics ?? []);

export const withRows = (graph: MetricProperties, rows: readonly MetricRow[]): MetricProperties => ({
  ...graph,
  metrics: writeRows(rows),
});

/** Metrics are told apart by what they are, whatever the order of their dimensions. */
export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, [...dimensions].sort(([a], [b]) => (a < b ? -1 : 1))]);

export const keyOfRow = (row: MetricRow): string | undefined =>
  row.kind === "metric"
    ? metricKey({ namespace: row.namespace, name: row.metric, dimensions: row.dimensions })
    : undefined;

/** The graph with the metric, or without it when it was there. */
export function toggled(graph: MetricProperties, metric: Metric): MetricProperties {
  const rows = rowsOf(graph);
  const key = metricKey(metric);
  const left = rows.filter((row) => keyOfRow(row) !== key);
  if (left.length < rows.length) return withRows(graph, left);
  return withRows(graph, [
    ...rows,
    {
      kind: "metric",
      namespace: metric.namespace,
      metric: metric.name,
      dimensions: metric.dimensions,
      options: { id: freeId(rows, "m") },
    },
  ]);
}

/** An id that no row has: `m1`, `m2`, ... */
export function freeId(rows: readonly MetricRow[], letter: string): string {
  const taken = new Set(rows.map(({ options }) => options.id));
  for (let number = 1; ; number++) if (!taken.has(`${letter}${number}`)) return `${letter}${number}`;
}
