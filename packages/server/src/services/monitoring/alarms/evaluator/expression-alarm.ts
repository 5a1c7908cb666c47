import { type DataEntry, readDataQueries } from "../../metrics/data-query.ts";
import { type EvaluatedSeries, type EvaluationDeps, evaluateQueries } from "../../metrics/evaluate-queries.ts";
import { RequestRefused } from "../../metrics/request-refused.ts";
import type { MetricAlarm, MetricDataQuery, Scope } from "../alarm.ts";
import { offsetOf, periodStarts, type Schedule } from "../evaluation/schedule.ts";
import type { EvaluationSettings, Slot } from "../evaluation/settings.ts";
import { evaluationSettings } from "../evaluation/settings-of-alarm.ts";
import { validationError } from "../refusals.ts";
import { scheduleOf } from "./watched-alarm.ts";

/** One series that an alarm on an expression looks at. A query that groups gives several. */
export interface WatchedSeries {
  /** What the group has in common; undefined for a series that is the alarm's only one. */
  readonly group: Readonly<Record<string, string>> | undefined;
  /** Newest first. */
  readonly slots: readonly Slot[];
}

/** An alarm on metric math, an anomaly band, or a Metrics Insights query. It is worked out at each of its turns. */
export class ExpressionAlarm {
  readonly scope: Scope;
  readonly name: string;
  readonly id: string;
  readonly configurationUpdatedAt: number;
  readonly settings: EvaluationSettings;
  readonly schedule: Schedule;
  readonly offsetMs: number;
  /** Reasons of such alarms name neither a statistic nor a unit. */
  readonly subject = {};
  dueMs = 0;
  readonly #entries: readonly DataEntry[];
  readonly #watchedId: string;
  readonly #bandId: string | undefined;

  constructor(scope: Scope, name: string, { id, configurationUpdatedAt, settings }: MetricAlarm) {
    const queries = settings.queries ?? [];
    this.scope = scope;
    this.name = name;
    this.id = id;
    this.configurationUpdatedAt = configurationUpdatedAt;
    this.settings = evaluationSettings(settings);
    this.schedule = scheduleOf(this.settings, settings.window);
    this.offsetMs = offsetOf(this.schedule, id);
    this.#entries = readDataQueries(queries, scope);
    this.#bandId = settings.thresholdMetricId;
    this.#watchedId = watchedQuery(queries, this.#bandId)?.Id ?? "";
  }

  /** Works the expression out for the periods of an evaluation. @throws RequestRefused, and the engine's errors */
  async read(deps: EvaluationDeps, endMs: number, nowMs: number, signal: AbortSignal): Promise<WatchedSeries[]> {
    const starts = periodStarts(this.schedule, endMs);
    const startMs = starts.at(-1) ?? endMs;
    const series = await evaluateQueries(deps, this.#entries, { ...this.scope, startMs, endMs, nowMs, signal });
    const watched = series.filter(({ id }) => id === this.#watchedId);
    const [first, second] = watched;
    if (first?.group !== undefined) {
      return watched.map((one) => ({ group: one.group, slots: slotsOf(starts, one) }));
    }
    if (second !== undefined) {
      throw new RequestRefused("ValidationException", "The expression gives several time series; an alarm needs one.");
    }
    const band = this.#bandId === undefined ? undefined : series.filter(({ id }) => id === this.#bandId);
    return [{ group: undefined, slots: slotsOf(starts, first, band) }];
  }
}

/** The query whose values are compared. */
export function watchedQuery(
  queries: readonly MetricDataQuery[],
  bandId: string | undefined,
): MetricDataQuery | undefined {
  return queries.find(({ Id, ReturnData }) => ReturnData !== false && Id !== bandId);
}

/** A band is two series, the lower one first. A value whose band is not known yet counts as missing: it can't be judged. */
function slotsOf(
  starts: readonly number[],
  series: EvaluatedSeries | undefined,
  band?: readonly EvaluatedSeries[],
): Slot[] {
  const values = byTime(series);
  const [lower, upper] = [byTime(band?.[0]), byTime(band?.[1])];
  return starts.map((at) => {
    const value = values.get(at);
    if (value === undefined) return { at, point: undefined };
    if (band === undefined) return { at, point: { at, value } };
    const edges = { lower: lower.get(at), upper: upper.get(at) };
    return { at, point: edges.lower === undefined && edges.upper === undefined ? undefined : { at, value, ...edges } };
  });
}

function byTime(series: EvaluatedSeries | undefined): ReadonlyMap<number, number> {
  return new Map((series?.timestamps ?? []).map((at, index) => [at, series?.values[index] ?? Number.NaN]));
}

/** Says no to expressions that can't be worked out, by working them out for the minute before. */
export async function checkExpressions(
  queries: readonly MetricDataQuery[],
  bandId: string | undefined,
  scope: Scope,
  deps: EvaluationDeps,
  nowMs: number,
): Promise<void> {
  const search = queries.find(({ Expression }) => /\bSEARCH\s*\(/.test(Expression ?? ""));
  if (search !== undefined) throw validationError(`SEARCH can't be used in alarms; the query ${search.Id} uses it.`);
  const band = bandId === undefined ? undefined : queries.find(({ Id }) => Id === bandId);
  if (band !== undefined && !/ANOMALY_DETECTION_BAND\s*\(/.test(band.Expression ?? "")) {
    throw validationError(`ThresholdMetricId must be the Id of an ANOMALY_DETECTION_BAND; ${bandId} is not.`);
  }
  const endMs = Math.floor(nowMs / 60_000) * 60_000;
  try {
    await evaluateQueries(deps, readDataQueries(queries, scope), { ...scope, startMs: endMs - 60_000, endMs, nowMs });
  } catch (error) {
    if (error instanceof RequestRefused) throw validationError(error.message);
    throw error;
  }
}
