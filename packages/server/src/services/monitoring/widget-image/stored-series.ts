import { type DynamicLabel, DynamicLabelError, parseDynamicLabel, renderDynamicLabel } from "@nephoscope/languages";
import type { MetricPoints, MetricQuery, MetricReader } from "../../../platform/metrics/metric-reader.ts";
import { parseStatistic, type SimpleStatistic } from "../../../platform/metrics/statistic.ts";
import type { SeriesReader, SeriesRequest, WidgetSeries } from "./series-reader.ts";
import { type WidgetQuery, WidgetRefused } from "./widget-query.ts";

/** Series of stored metrics. Expressions are refused by name: what evaluates them takes this one's place. */
export function storedSeries(reader: MetricReader): SeriesReader {
  return {
    async read(request, signal) {
      const visible = request.queries.filter((query) => query.visible);
      const plans = visible.map((query) => ({ query, label: labelOf(query), parts: partsOf(query, request) }));
      const range = alignedRange(
        request,
        plans.flatMap(({ parts }) => parts.map(({ period }) => period)),
      );
      const points = await reader.read(
        plans.flatMap(({ parts }) => parts),
        range,
        signal,
      );
      let at = 0;
      return plans.map(({ query, label, parts }) => {
        const own = points.slice(at, at + parts.length);
        at += parts.length;
        return seriesOf(query, label, request.wholeRange ? whole(query, own, request) : own[0], request);
      });
    },
  };
}

/** The statistics of a whole range that its periods' ones give exactly, and the statistics that they are made of. */
const WHOLE: Readonly<Record<SimpleStatistic, readonly SimpleStatistic[]>> = {
  Sum: ["Sum"],
  SampleCount: ["SampleCount"],
  Minimum: ["Minimum"],
  Maximum: ["Maximum"],
  Average: ["Sum", "SampleCount"],
};

function partsOf({ id, source, period, region, accountId }: WidgetQuery, request: SeriesRequest): MetricQuery[] {
  if (source.kind === "expression") {
    throw new WidgetRefused(
      `The expression of ${JSON.stringify(id)} can't be drawn: expressions are not evaluated in pictures yet.`,
    );
  }
  const statistic = parseStatistic(source.stat);
  if (statistic === undefined) throw new WidgetRefused(`${JSON.stringify(source.stat)} is not a statistic.`);
  const address = {
    account: accountId === undefined || accountId.toUpperCase() === "LOCAL" ? request.account : accountId,
    region,
    namespace: source.namespace,
    metric: source.metric,
    dimensions: source.dimensions,
    period,
    ...(source.unit !== undefined && { unit: source.unit }),
  };
  if (!request.wholeRange) return [{ ...address, statistic }];
  if (!isSimple(statistic.kind)) {
    throw new WidgetRefused(
      `setPeriodToTimeRange needs a statistic that adds up (${Object.keys(WHOLE).join(", ")}); ${source.stat} does not.`,
    );
  }
  return WHOLE[statistic.kind].map((kind) => ({ ...address, statistic: { kind } }));
}

const isSimple = (kind: string): kind is SimpleStatistic => Object.hasOwn(WHOLE, kind);

/** The range in whole periods, so that no datapoint is made of a part of its period. */
function alignedRange({ startMs, endMs }: SeriesRequest, periods: readonly number[]) {
  const unit = Math.max(60, ...periods) * 1_000;
  return { startMs: Math.floor(startMs / unit) * unit, endMs: Math.ceil(endMs / unit) * unit };
}

/** One datapoint of all. */
function whole(
  { source }: WidgetQuery,
  points: readonly MetricPoints[],
  request: SeriesRequest,
): MetricPoints | undefined {
  const [first, second] = points;
  if (first === undefined || source.kind === "expression" || first.values.length === 0) return first;
  const combined =
    source.stat === "Minimum"
      ? Math.min(...first.values)
      : source.stat === "Maximum"
        ? Math.max(...first.values)
        : sum(first.values) / (second === undefined ? 1 : sum(second.values));
  return { ...first, timestamps: [request.startMs], values: [combined], sampleCounts: [sum(first.sampleCounts)] };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function labelOf({ id, label }: WidgetQuery): DynamicLabel | undefined {
  if (label === undefined) return undefined;
  try {
    return parseDynamicLabel(label);
  } catch (error) {
    if (error instanceof DynamicLabelError)
      throw new WidgetRefused(`The label of ${JSON.stringify(id)}: ${error.message}`);
    throw error;
  }
}

function seriesOf(
  query: WidgetQuery,
  label: DynamicLabel | undefined,
  points: MetricPoints | undefined,
  request: SeriesRequest,
): WidgetSeries {
  const { timestamps = [], values = [], unit } = points ?? {};
  const text =
    label === undefined
      ? query.plainLabel
      : renderDynamicLabel(label, {
          label: query.plainLabel,
          points: { timestamps, values },
          times: { now: request.nowMs, zoneMinutes: request.offsetMinutes },
          property: (property) =>
            propertyOf(query, request, property.name === "Dim" ? { dimension: property.dimension } : property.name),
        });
  return { id: query.id, label: text, unit, timesMs: timestamps, values, incomplete: false };
}

type Property = "MetricName" | "Namespace" | "Period" | "Region" | "Stat" | "AccountId" | "AccountLabel";

function propertyOf(
  query: WidgetQuery,
  request: SeriesRequest,
  name: Property | { dimension: string },
): string | undefined {
  const { source } = query;
  if (source.kind === "expression") return undefined;
  if (typeof name !== "string") return source.dimensions[name.dimension];
  switch (name) {
    case "MetricName":
      return source.metric;
    case "Namespace":
      return source.namespace;
    case "Period":
      return String(query.period);
    case "Region":
      return query.region;
    case "Stat":
      return source.stat;
    case "AccountId":
    case "AccountLabel":
      return query.accountId ?? request.account;
  }
}
