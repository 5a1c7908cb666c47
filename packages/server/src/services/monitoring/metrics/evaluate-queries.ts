import {
  arrayLabel,
  type DynamicLabel,
  evaluateMathPlan,
  type LabelProperty,
  MathPlanError,
  type MathSource,
  type MetricsInsightsPlan,
  type PlannedExpression,
  planMetricMath,
  renderDynamicLabel,
  type Series,
} from "@nephoscope/languages";
import type { MetricIndex } from "../../../platform/metrics/metric-index.ts";
import type { MetricPoints, MetricQuery, MetricReader } from "../../../platform/metrics/metric-reader.ts";
import type { BandOf, Bands, BandTarget } from "./bands.ts";
import type { DataEntry, ExpressionEntry, MetricEntry, Owner } from "./data-query.ts";
import { defaultLabels } from "./default-label.ts";
import { isKept } from "./period.ts";
import { RequestRefused } from "./request-refused.ts";
import { fetchSource, type GroupedSeries, planInsights, runInsights, type SourceSeries } from "./series-sources.ts";

/** What queries are answered from. */
export interface EvaluationDeps {
  readonly reader: MetricReader;
  readonly index: MetricIndex;
  /** Without it anomaly bands are refused. */
  readonly bands?: Bands;
}

export interface Evaluation extends Owner {
  /** Milliseconds since 1970; the start is where periods are counted from, the end is exclusive. */
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  /** Minutes ahead of UTC, for times in labels. */
  readonly zoneMinutes?: number;
  readonly signal?: AbortSignal;
}

/** One series of the answer, its datapoints oldest first. An expression that gives several has one for each, all with its id. */
export interface EvaluatedSeries {
  readonly id: string;
  readonly label: string;
  /** Seconds. */
  readonly period: number;
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
  readonly status: "Complete" | "Forbidden";
  readonly messages: readonly { readonly Code: string; readonly Value: string }[];
  /** Of a query that groups: the group's values by the keys of GROUP BY. */
  readonly group?: Readonly<Record<string, string>>;
}

/** Datapoints that the metrics of one evaluation may have: what fits into memory beside others'. */
const MAX_DATAPOINTS = 3_000_000;

/** A minute: the period of series that nothing says more about. */
const DEFAULT_PERIOD = 60;

/**
 * Answers queries: reads the metrics, then works out the expressions. Gives the returned ones in their order.
 * @throws RequestRefused for expressions that make no sense; the engine's typed errors
 */
export async function evaluateQueries(
  deps: EvaluationDeps,
  entries: readonly DataEntry[],
  evaluation: Evaluation,
): Promise<EvaluatedSeries[]> {
  const metrics = entries.filter((entry) => entry.kind === "metric");
  const expressions = entries.filter((entry) => entry.kind !== "metric");
  const insights = new Map(
    expressions.flatMap((entry) => (entry.kind === "insights" ? [[entry, planInsights(entry)]] : [])),
  );
  const plan = planOf(entries, insights);
  const needed = new Set(plan.flatMap(({ needs }) => [...needs]));
  const wanted = metrics.filter(({ id, returned }) => returned || needed.has(id));
  checkSize(wanted, evaluation);
  const points = await readMetrics(deps.reader, wanted, evaluation);
  const labels = defaultLabels(metrics);
  const series = wanted.map((entry) => seriesOf(entry, points.get(entry), labels.get(entry) ?? entry.id));
  const results =
    expressions.length === 0
      ? undefined
      : await evaluateExpressions(deps, { entries, plan, insights, metrics: series }, evaluation);

  return entries.flatMap((entry): EvaluatedSeries[] => {
    if (!entry.returned) return [];
    if (entry.account !== undefined && entry.account !== evaluation.account)
      return [{ ...none(entry), status: "Forbidden", messages: [] }];
    if (entry.kind === "metric") return [metricResult(entry, points.get(entry), labels.get(entry), evaluation)];
    return (results?.get(entry.id) ?? []).map((one) => ({
      id: entry.id,
      label: expressionLabel(entry, one, results?.get(entry.id)?.length === 1, evaluation),
      period: one.period,
      timestamps: one.timestamps,
      values: one.values,
      status: "Complete",
      messages: [],
      ...(isGrouped(one) && { group: one.group }),
    }));
  });
}

const none = (entry: DataEntry) => ({
  id: entry.id,
  label: entry.label?.text ?? entry.id,
  period: entry.kind === "metric" ? entry.query.period : DEFAULT_PERIOD,
  timestamps: [],
  values: [],
});

/** Reads and checks the expressions. */
function planOf(entries: readonly DataEntry[], insights: InsightsPlans): readonly PlannedExpression[] {
  try {
    return planMetricMath(
      entries.map((entry) => {
        if (entry.kind === "metric") return { id: entry.id, kind: "metric" };
        if (entry.kind === "insights")
          return { id: entry.id, kind: "series", type: insights.get(entry)?.type ?? "TS[]" };
        return { id: entry.id, kind: "expression", expression: entry.expression };
      }),
    );
  } catch (error) {
    if (error instanceof MathPlanError) throw new RequestRefused("ValidationException", error.message);
    throw error;
  }
}

function checkSize(metrics: readonly MetricEntry[], { startMs, endMs }: Evaluation): void {
  const most = metrics.reduce((sum, { query }) => sum + Math.ceil((endMs - startMs) / 1_000 / query.period), 0);
  if (most > MAX_DATAPOINTS)
    throw new RequestRefused(
      "ValidationException",
      `The metrics of this request may have ${most} datapoints; at most ${MAX_DATAPOINTS} can be worked with at once. Ask for longer periods or a shorter range.`,
    );
}

/** Reads metrics all at once; those whose data is not kept in their period, or is another account's, have none. */
export async function readMetrics(
  reader: MetricReader,
  entries: readonly MetricEntry[],
  { account, startMs, endMs, nowMs, signal }: Evaluation,
): Promise<Map<MetricEntry, MetricPoints>> {
  const readable = entries.filter(({ query }) => query.account === account && isKept(startMs, query.period, nowMs));
  const read = await reader.read(
    readable.map(({ query }) => query),
    { startMs, endMs },
    signal,
  );
  return new Map(readable.flatMap((entry, i) => (read[i] === undefined ? [] : [[entry, read[i]]])));
}

function seriesOf(entry: MetricEntry, points: MetricPoints | undefined, label: string): SourceSeries {
  return {
    id: entry.id,
    label: entry.label === undefined ? label : entry.label.text,
    period: entry.query.period,
    timestamps: points?.timestamps ?? [],
    values: points?.values ?? [],
    query: entry.query,
    stat: entry.stat,
  };
}

type InsightsPlans = ReadonlyMap<ExpressionEntry, MetricsInsightsPlan>;

interface Work {
  readonly entries: readonly DataEntry[];
  readonly plan: readonly PlannedExpression[];
  readonly insights: InsightsPlans;
  readonly metrics: readonly SourceSeries[];
}

async function evaluateExpressions(
  deps: EvaluationDeps,
  { entries, plan, insights, metrics }: Work,
  evaluation: Evaluation,
): Promise<Map<string, readonly Series[]>> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const periodOf = (id: string): number => {
    const entry = byId.get(id);
    const own = entry === undefined || entry.kind === "metric" ? undefined : entry.period;
    return own ?? Math.min(DEFAULT_PERIOD, ...metrics.map(({ period }) => period));
  };
  const fetched = new Map<MathSource, readonly Series[]>();
  const bands = new Map<MathSource, BandOf>();
  for (const { id, math } of plan)
    for (const source of math.sources)
      if (source.kind === "band") {
        if (deps.bands === undefined) throw refused("ANOMALY_DETECTION_BAND is not supported here.");
        bands.set(source, await deps.bands.fetch(bandTarget(source.id, byId, entries), evaluation));
      } else fetched.set(source, await fetchSource(deps, source, periodOf(id), evaluation));
  const others = new Map<string, { type: "TS" | "TS[]"; series: readonly Series[] }>();
  for (const [entry, query] of insights)
    others.set(entry.id, { type: query.type, series: await runInsights(deps, entry, query, evaluation) });
  try {
    const results = evaluateMathPlan(plan, {
      range: { startMs: evaluation.startMs, endMs: evaluation.endMs },
      metrics,
      others,
      periodOf,
      labelOf: (id) => byId.get(id)?.label?.text ?? id,
      series(source, band) {
        if (band !== undefined) return bands.get(source)?.(band.of, band.deviations) ?? [];
        return fetched.get(source) ?? [];
      },
    });
    const all = new Map<string, readonly Series[]>();
    for (const [id, { series }] of results) all.set(id, series);
    for (const [id, { series }] of others) all.set(id, series);
    return all;
  } catch (error) {
    if (error instanceof MathPlanError) throw refused(error.message);
    throw error;
  }
}

function bandTarget(id: string, byId: ReadonlyMap<string, DataEntry>, entries: readonly DataEntry[]): BandTarget {
  const entry = byId.get(id);
  return entry?.kind === "metric"
    ? { kind: "metric", query: entry.query, stat: entry.stat }
    : { kind: "expression", id, entries };
}

const refused = (message: string) => new RequestRefused("ValidationException", message);

function metricResult(
  entry: MetricEntry,
  points: MetricPoints | undefined,
  label: string | undefined,
  evaluation: Evaluation,
): EvaluatedSeries {
  const { id, query } = entry;
  const { timestamps = [], values = [], units = [] } = points ?? {};
  const own = label ?? id;
  return {
    id,
    label:
      entry.label === undefined
        ? own
        : rendered(entry.label, own, { timestamps, values }, { query, stat: entry.stat }, evaluation),
    period: query.period,
    timestamps,
    values,
    status: "Complete",
    messages:
      units.length > 1 && query.unit === undefined
        ? [{ Code: "MultipleUnits", Value: `Multiple units returned: '[${units.join(", ")}]'` }]
        : [],
  };
}

function expressionLabel(entry: ExpressionEntry, series: Series, alone: boolean, evaluation: Evaluation): string {
  const { label } = entry;
  const own = alone && series.label === "" ? entry.id : series.label;
  if (label === undefined) return own === "" ? entry.id : own;
  const dynamic = label.parts.some(({ kind }) => kind !== "text");
  if (!dynamic) return series.id === entry.id || alone ? label.text : arrayLabel(label.text, series.label);
  return rendered(
    label,
    own === label.text ? entry.id : own,
    series,
    isSource(series) ? series : undefined,
    evaluation,
  );
}

const isGrouped = (series: Series): series is GroupedSeries => "group" in series;
const isSource = (series: Series): series is SourceSeries => "query" in series;

function rendered(
  label: DynamicLabel,
  own: string,
  points: Pick<Series, "timestamps" | "values">,
  metric: { readonly query: MetricQuery; readonly stat: string } | undefined,
  { nowMs, zoneMinutes = 0 }: Evaluation,
): string {
  return renderDynamicLabel(label, {
    label: own,
    points,
    times: { now: nowMs, zoneMinutes },
    property: (property) => (metric === undefined ? undefined : propertyOf(property, metric)),
  });
}

function propertyOf(
  property: LabelProperty,
  { query, stat }: { readonly query: MetricQuery; readonly stat: string },
): string | undefined {
  switch (property.name) {
    case "MetricName":
      return query.metric;
    case "Namespace":
      return query.namespace;
    case "Period":
      return String(query.period);
    case "Region":
      return query.region;
    case "Stat":
      return stat;
    case "AccountId":
    case "AccountLabel":
      return query.account;
    case "Dim":
      return query.dimensions[property.dimension];
  }
}
