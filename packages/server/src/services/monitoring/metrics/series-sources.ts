import {
  compileSearch,
  evaluateMetricsInsights,
  type InsightsMetric,
  LanguageError,
  MAX_INSIGHTS_SERIES,
  type MathSource,
  type MetricsInsightsPlan,
  matchesMetricsInsights,
  parseMetricsInsights,
  parseSearchExpression,
  planSearch,
  type SearchSource,
  type Series,
} from "@nephoscope/languages";
import type { MetricIdentity } from "../../../platform/metrics/metric.ts";
import type { MetricFilter } from "../../../platform/metrics/metric-index.ts";
import type { MetricQuery } from "../../../platform/metrics/metric-reader.ts";
import { parseStatistic, type SimpleStatistic } from "../../../platform/metrics/statistic.ts";
import type { ExpressionEntry } from "./data-query.ts";
import type { Evaluation, EvaluationDeps } from "./evaluate-queries.ts";
import { isKept, isPeriod } from "./period.ts";
import { RequestRefused } from "./request-refused.ts";

/** A series that is one metric's, so that labels can tell of it. What metric math makes of it keeps these members. */
export interface SourceSeries extends Series {
  readonly query: MetricQuery;
  readonly stat: string;
}

/** A series of a query that groups: what the group has in common. */
export interface GroupedSeries extends Series {
  readonly group: Readonly<Record<string, string>>;
}

/** Series of one search, and metrics that one Metrics Insights query works on (user guide, quotas). */
const MAX_FOUND = 500;
const MAX_PROCESSED = 10_000;
/** Metrics without values for so long are not found (user guide). */
const FOUND_MS = 14 * 86_400_000;
/** Metrics that are looked at together. */
const PAGE = 5_000;
/** Datapoints that one source may read: what fits into memory beside others'. */
const MAX_DATAPOINTS = 3_000_000;

/** The series that an expression takes from elsewhere. @throws RequestRefused */
export async function fetchSource(
  deps: EvaluationDeps,
  source: Exclude<MathSource, { kind: "band" }>,
  period: number,
  evaluation: Evaluation,
): Promise<readonly Series[]> {
  if (source.kind === "search") return await search(deps, source, period, evaluation);
  throw refused(`The function ${source.name} is not supported by this server.`);
}

async function search(
  deps: EvaluationDeps,
  source: SearchSource,
  defaultPeriod: number,
  evaluation: Evaluation,
): Promise<readonly SourceSeries[]> {
  const statistic = parseStatistic(source.statistic);
  if (statistic === undefined) throw refused(`SEARCH does not know the statistic '${source.statistic}'.`);
  const period = source.period ?? defaultPeriod;
  if (!isPeriod(period))
    throw refused(`SEARCH has the period ${period}, which is not 1, 5, 10, 20, 30 or a multiple of 60.`);
  const expression = readable("SEARCH", () => parseSearchExpression(source.expression));
  const plan = planSearch(expression);
  const { account, region } = evaluation;
  if (plan.nothing || (plan.account !== undefined && plan.account !== account)) return [];
  const { namespace, metric, dimensionNames, dimensions, tokens } = plan;
  const found = await findMetrics(
    deps,
    {
      account,
      region,
      activeSinceMs: evaluation.nowMs - FOUND_MS,
      dimensions,
      parts: tokens,
      ...(namespace !== undefined && { namespace }),
      ...(metric !== undefined && { metric }),
      ...(dimensionNames !== undefined && { dimensionNames }),
    },
    (
      (matches) => (candidate: MetricIdentity) =>
        matches({ ...candidate, account })
    )(compileSearch(expression)),
    MAX_FOUND,
    evaluation,
  );
  const queries = found.map((one): MetricQuery => ({ account, region, ...one, period, statistic }));
  const read = await readAll(deps, queries, evaluation);
  return queries.map((query, i) => ({
    id: "",
    label: labelOf(query),
    period,
    timestamps: read[i]?.timestamps ?? [],
    values: read[i]?.values ?? [],
    query,
    stat: source.statistic,
  }));
}

/** What a found metric is called: the values of its dimensions, which tell it from its neighbours, and its name. */
const labelOf = ({ metric, dimensions }: MetricIdentity) => [...Object.values(dimensions), metric].join(" ");

/** Reads a Metrics Insights query. @throws RequestRefused */
export function planInsights({ expression }: ExpressionEntry): MetricsInsightsPlan {
  return readable("Metrics Insights query", () => parseMetricsInsights(expression));
}

/** The series of a Metrics Insights query, in its order. @throws RequestRefused */
export async function runInsights(
  deps: EvaluationDeps,
  entry: ExpressionEntry,
  plan: MetricsInsightsPlan,
  evaluation: Evaluation,
): Promise<readonly Series[]> {
  const { account, region } = evaluation;
  // One minute is the finest that the language works with (user guide).
  const period = Math.max(entry.period ?? 60, 60);
  const found = await findMetrics(
    deps,
    {
      account,
      region,
      namespace: plan.namespace,
      metric: plan.metric,
      activeSinceMs: evaluation.nowMs - FOUND_MS,
      ...(plan.dimensionNames !== undefined && { dimensionNames: plan.dimensionNames }),
    },
    (metric) => matchesMetricsInsights(plan, { ...metric, account }, account),
    MAX_PROCESSED,
    evaluation,
  );
  const queries = found.flatMap((metric) =>
    STATISTICS.map((kind): MetricQuery => ({ account, region, ...metric, period, statistic: { kind } })),
  );
  const read = await readAll(deps, queries, evaluation);
  const metrics = found.map((metric, i) => {
    const [sums, counts, minima, maxima] = read.slice(i * STATISTICS.length, (i + 1) * STATISTICS.length);
    return {
      metric: { ...metric, account } satisfies InsightsMetric,
      points: {
        timestamps: sums?.timestamps ?? [],
        sums: sums?.values ?? [],
        sampleCounts: counts?.values ?? [],
        minima: minima?.values ?? [],
        maxima: maxima?.values ?? [],
      },
    };
  });
  return evaluateMetricsInsights(plan, metrics)
    .slice(0, MAX_INSIGHTS_SERIES)
    .map(({ labels, timestamps, values }) => {
      const group = Object.fromEntries(plan.groupBy.map((key, at) => [nameOfKey(key), labels[at] ?? ""]));
      const series = { id: entry.id, label: labels.join(" "), period, timestamps, values };
      return plan.groupBy.length === 0 ? series : ({ ...series, group } satisfies GroupedSeries);
    });
}

/** A key of GROUP BY as queries write it. */
function nameOfKey(key: MetricsInsightsPlan["groupBy"][number]): string {
  if (key.kind === "dimension") return key.name;
  return key.kind === "tag" ? `tag.${key.key}` : "AWS.AccountId";
}

const STATISTICS: readonly SimpleStatistic[] = ["Sum", "SampleCount", "Minimum", "Maximum"];

async function findMetrics(
  { index }: EvaluationDeps,
  filter: MetricFilter,
  matches: (metric: MetricIdentity) => boolean,
  limit: number,
  { signal }: Evaluation,
): Promise<MetricIdentity[]> {
  const found: MetricIdentity[] = [];
  let after: string | undefined;
  do {
    const page = await index.page(filter, PAGE, after, signal);
    for (const metric of page.metrics) if (found.length < limit && matches(metric)) found.push(metric);
    after = page.next;
  } while (after !== undefined && found.length < limit);
  return found;
}

async function readAll(deps: EvaluationDeps, queries: readonly MetricQuery[], evaluation: Evaluation) {
  const { startMs, endMs, nowMs, signal } = evaluation;
  const [first] = queries;
  if (first === undefined || !isKept(startMs, first.period, nowMs)) return [];
  const most = queries.length * Math.ceil((endMs - startMs) / 1_000 / first.period);
  if (most > MAX_DATAPOINTS)
    throw refused(
      `The metrics that were found may have ${most} datapoints; at most ${MAX_DATAPOINTS} can be worked with at once. Ask for a longer period or a shorter range.`,
    );
  return await deps.reader.read(queries, { startMs, endMs }, signal);
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    const { startOffset, endOffset, message } = error;
    throw refused(`Error in ${what}: ${message} (at ${startOffset}-${endOffset})`);
  }
}

const refused = (message: string) => new RequestRefused("ValidationException", message);
