import { type DynamicLabel, DynamicLabelError, parseDynamicLabel } from "@nephoscope/languages";
import type { MetricQuery } from "../../../platform/metrics/metric-reader.ts";
import { parseStatistic } from "../../../platform/metrics/statistic.ts";
import type { MonitoringInput } from "../operation.ts";
import { isPeriod } from "./period.ts";
import { RequestRefused } from "./request-refused.ts";

/** A query of GetMetricData, as alarms and widgets have them too. */
export type MetricDataQuery = MonitoringInput<"GetMetricData">["MetricDataQueries"][number];

interface Common {
  readonly id: string;
  readonly label: DynamicLabel | undefined;
  readonly returned: boolean;
  /** Whose metrics it means, where it says so. */
  readonly account: string | undefined;
}

/** A query that names one metric. */
export interface MetricEntry extends Common {
  readonly kind: "metric";
  readonly query: MetricQuery;
  /** The statistic as it was written. */
  readonly stat: string;
}

/** A query that is worked out. */
export interface ExpressionEntry extends Common {
  readonly kind: "math" | "insights";
  readonly expression: string;
  readonly period: number | undefined;
}

export type DataEntry = MetricEntry | ExpressionEntry;

export interface Owner {
  readonly account: string;
  readonly region: string;
}

/** Checks queries by the rules that their model does not tell. @throws RequestRefused */
export function readDataQueries(queries: readonly MetricDataQuery[], owner: Owner): DataEntry[] {
  return queries.map((query) => readQuery(query, owner));
}

/** How a Metrics Insights query begins; no expression of metric math does. */
const INSIGHTS = /^\s*SELECT\b/i;

function readQuery(query: MetricDataQuery, owner: Owner): DataEntry {
  const { Id: id, MetricStat: metricStat, Expression: expression, Period: period, AccountId: account } = query;
  const common: Common = { id, label: readLabel(query), returned: query.ReturnData ?? true, account };
  if (metricStat !== undefined && expression !== undefined)
    throw invalid(`The query "${id}" has both MetricStat and Expression. Give one of them.`);
  if (period !== undefined && !isPeriod(period)) throw periodRefused(id, period);
  if (expression !== undefined)
    return { ...common, kind: INSIGHTS.test(expression) ? "insights" : "math", expression, period };
  if (metricStat === undefined)
    throw invalid(`The query "${id}" has neither MetricStat nor Expression. Give one of them.`);
  if (period !== undefined) throw invalid(`The query "${id}" has a Period beside MetricStat, which has its own.`);
  const { Metric: metric, Stat: stat, Period: seconds, Unit: unit } = metricStat;
  if (metric.Namespace === undefined || metric.MetricName === undefined)
    throw invalid(`The metric of the query "${id}" must have a Namespace and a MetricName.`);
  if (!isPeriod(seconds)) throw periodRefused(id, seconds);
  const statistic = parseStatistic(stat);
  if (statistic === undefined)
    throw invalid(`The value ${stat} for parameter MetricDataQueries "${id}" Stat is not supported.`);
  return {
    ...common,
    kind: "metric",
    stat,
    query: {
      account: account ?? owner.account,
      region: owner.region,
      namespace: metric.Namespace,
      metric: metric.MetricName,
      dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      period: seconds,
      statistic,
      ...(unit !== undefined && { unit }),
    },
  };
}

function readLabel({ Id, Label }: MetricDataQuery): DynamicLabel | undefined {
  if (Label === undefined) return undefined;
  try {
    return parseDynamicLabel(Label);
  } catch (error) {
    if (error instanceof DynamicLabelError)
      throw invalid(`The Label of the query "${Id}" is invalid: ${error.message}`);
    throw error;
  }
}

function periodRefused(id: string, period: number): RequestRefused {
  return invalid(
    `Invalid value for period in the query "${id}": ${period}. A period is 1, 5, 10, 20, 30 or a multiple of 60 seconds.`,
  );
}

const invalid = (message: string) => new RequestRefused("ValidationException", message);
