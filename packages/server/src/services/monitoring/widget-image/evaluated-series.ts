import type { MetricQuery, MetricReader } from "../../../platform/metrics/metric-reader.ts";
import { UNITS, type Unit } from "../../../platform/metrics/units.ts";
import { type MetricDataQuery, readDataQueries } from "../metrics/data-query.ts";
import { type EvaluatedSeries, type EvaluationDeps, evaluateQueries } from "../metrics/evaluate-queries.ts";
import { RequestRefused } from "../metrics/request-refused.ts";
import type { SeriesReader, SeriesRequest, WidgetSeries } from "./series-reader.ts";
import { type WidgetQuery, WidgetRefused } from "./widget-query.ts";

/** Series as GetMetricData gives them: stored metrics, and what expressions make of them. */
export function evaluatedSeries(deps: EvaluationDeps): SeriesReader {
  return {
    async read(request, signal) {
      // An expression can use the rows of its own region; of another region's it says that there is no such id.
      const regions = [...new Set(request.queries.map(({ region }) => region))];
      const found = await Promise.all(regions.map((region) => readRegion(deps, request, region, signal)));
      const byId = new Map(found.flatMap((series) => [...series]));
      return request.queries.flatMap(({ id }) => byId.get(id) ?? []);
    },
  };
}

async function readRegion(
  deps: EvaluationDeps,
  request: SeriesRequest,
  region: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, WidgetSeries[]>> {
  const { account, nowMs, offsetMinutes } = request;
  const queries = request.queries.filter((query) => query.region === region);
  const range = rangeOf(request, queries);
  const period = request.wholeRange ? (range.endMs - range.startMs) / 1_000 : undefined;
  const units = new Map<MetricQuery, string | undefined>();
  try {
    const entries = readDataQueries(
      queries.map((query) => dataQuery(query, period, account)),
      { account, region },
    );
    const series = await evaluateQueries({ ...deps, reader: tellingUnits(deps.reader, units) }, entries, {
      account,
      region,
      ...range,
      nowMs,
      zoneMinutes: offsetMinutes,
      ...(signal !== undefined && { signal }),
    });
    const found = new Map(
      entries.map((entry) => [entry.id, entry.kind === "metric" ? units.get(entry.query) : undefined]),
    );
    return new Map(
      queries.map((query) => {
        const own = series.filter(({ id }) => id === query.id);
        return [query.id, own.map((one) => widgetSeries(query, one, found.get(query.id), own.length === 1))];
      }),
    );
  } catch (error) {
    if (error instanceof RequestRefused) throw new WidgetRefused(error.message);
    throw error;
  }
}

/** The same reader, which writes down the units that it found: answers to queries do not tell them. */
function tellingUnits(reader: MetricReader, units: Map<MetricQuery, string | undefined>): MetricReader {
  return {
    async read(queries, range, signal) {
      const points = await reader.read(queries, range, signal);
      queries.forEach((query, index) => {
        units.set(query, points[index]?.unit);
      });
      return points;
    },
  };
}

function dataQuery(query: WidgetQuery, wholePeriod: number | undefined, account: string): MetricDataQuery {
  const { id, source, label, accountId, visible } = query;
  const period = wholePeriod ?? query.period;
  const common = {
    Id: id,
    ReturnData: visible,
    ...(label !== undefined && { Label: label }),
    ...(accountId !== undefined &&
      accountId.toUpperCase() !== "LOCAL" &&
      accountId !== account && { AccountId: accountId }),
  };
  if (source.kind === "expression") return { ...common, Expression: source.expression, Period: period };
  return {
    ...common,
    MetricStat: {
      Metric: {
        Namespace: source.namespace,
        MetricName: source.metric,
        Dimensions: Object.entries(source.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period,
      Stat: source.stat,
      ...(source.unit !== undefined && { Unit: unitOf(source.unit) }),
    },
  };
}

function unitOf(name: string): Unit {
  const unit = UNITS.find((one) => one === name);
  if (unit === undefined) throw new WidgetRefused(`${JSON.stringify(name)} is not a unit of metrics.`);
  return unit;
}

const MINUTE_MS = 60_000;

/** The range in whole periods, so that no datapoint is made of a part of its period. */
function rangeOf({ startMs, endMs, wholeRange }: SeriesRequest, queries: readonly WidgetQuery[]) {
  const longest = Math.max(...queries.map(({ period }) => period)) * 1_000;
  const unit = wholeRange ? Math.max(MINUTE_MS, Math.min(longest, 60 * MINUTE_MS)) : Math.max(MINUTE_MS, longest);
  return { startMs: Math.floor(startMs / unit) * unit, endMs: Math.ceil(endMs / unit) * unit };
}

function widgetSeries(
  query: WidgetQuery,
  series: EvaluatedSeries,
  unit: string | undefined,
  alone: boolean,
): WidgetSeries {
  return {
    id: query.id,
    label: query.label === undefined && alone ? query.plainLabel : series.label,
    unit,
    timesMs: series.timestamps,
    values: series.values,
    incomplete: series.status !== "Complete",
  };
}
