import { parseLabelTimezone } from "@nephoscope/languages";
import type { MonitoringCall, MonitoringInput, MonitoringOperation, MonitoringOutput } from "../operation.ts";
import { type DataEntry, readDataQueries } from "./data-query.ts";
import { type EvaluatedSeries, type Evaluation, type EvaluationDeps, evaluateQueries } from "./evaluate-queries.ts";
import { makePageToken, readPageToken } from "./page-token.ts";
import { roundedStart } from "./period.ts";
import { RequestRefused } from "./request-refused.ts";

/** Queries of one call, and datapoints of one page (API reference). */
const MAX_QUERIES = 500;
const PAGE_DATAPOINTS = 100_800;

type Input = MonitoringInput<"GetMetricData">;
type Result = NonNullable<MonitoringOutput<"GetMetricData">["MetricDataResults"]>[number];

/** Where a page begins: at a series of the answer, after one of its datapoints. */
interface Position {
  readonly series: number;
  readonly after: number | undefined;
  /** When the first page was asked for: what is kept, and where ranges begin, depends on it. */
  readonly nowMs: number;
}

/** Datapoints of many metrics and of expressions over them. */
export const getMetricData: MonitoringOperation<"GetMetricData"> = async (input, call, deps) => {
  const { NextToken: token, ...request } = input;
  const position =
    token === undefined ? { series: 0, after: undefined, nowMs: deps.clock.now() } : readPosition(token, request, call);
  try {
    const { entries, evaluation } = readRequest(input, call, position.nowMs);
    const limit = readLimit(input);
    const read = (from: Position, signal: AbortSignal) =>
      page(
        deps,
        entries,
        { ...evaluation, signal },
        { position: from, limit, ascending: input.ScanBy === "TimestampAscending" },
      );
    const begun = token === undefined ? undefined : deps.pages.take(pageKey(token, call));
    const { results, next } = await (begun ?? read(position, call.signal));
    const nextToken = next && makePageToken([next.series, next.after ?? null, next.nowMs], request);
    // Pages of expressions are worked out anew each time, which is not done for nobody.
    if (next !== undefined && nextToken !== undefined && entries.every(({ kind }) => kind === "metric"))
      deps.pages.begin(pageKey(nextToken, call), (signal) => read(next, signal));
    return { MetricDataResults: results, Messages: [], NextToken: nextToken };
  } catch (error) {
    if (error instanceof RequestRefused) throw call.error(error.code, error.message);
    throw error;
  }
};

/** A token says nothing of who it was given to. */
const pageKey = (token: string, { account, region }: MonitoringCall) => `${account} ${region} ${token}`;

/** A page of the answer. */
export interface DataPage {
  readonly results: Result[];
  readonly next: Position | undefined;
}

function readRequest(
  input: Input,
  call: MonitoringCall,
  nowMs: number,
): { entries: DataEntry[]; evaluation: Evaluation } {
  const { MetricDataQueries: queries } = input;
  if (queries.length === 0)
    throw new RequestRefused("InvalidParameterValueException", "The parameter MetricDataQueries must not be empty.");
  if (queries.length > MAX_QUERIES)
    throw new RequestRefused(
      "InvalidParameterValueException",
      `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
    );
  const endMs = input.EndTime.getTime();
  if (input.StartTime.getTime() >= endMs)
    throw new RequestRefused(
      "InvalidParameterValueException",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  const zone = input.LabelOptions?.Timezone;
  const zoneMinutes = zone === undefined ? 0 : parseLabelTimezone(zone);
  if (zoneMinutes === undefined)
    throw new RequestRefused(
      "ValidationException",
      `The value ${zone} for parameter LabelOptions.Timezone is invalid. It has the form +0130.`,
    );
  const { account, region, signal } = call;
  const entries = readDataQueries(queries, { account, region });
  if (entries.filter(({ kind }) => kind === "insights").length > 1)
    throw new RequestRefused("ValidationException", "A request can have one Metrics Insights query at most.");
  // One start for all: that of the longest period keeps every period whole.
  const longest = Math.max(
    ...entries.map((entry) => (entry.kind === "metric" ? entry.query.period : (entry.period ?? 60))),
  );
  const startMs = roundedStart(input.StartTime.getTime(), longest, nowMs);
  return { entries, evaluation: { account, region, startMs, endMs, nowMs, zoneMinutes, signal } };
}

function readLimit({ MaxDatapoints: given }: Input): number {
  if (given === undefined) return PAGE_DATAPOINTS;
  if (given < 1 || given > PAGE_DATAPOINTS)
    throw new RequestRefused(
      "InvalidParameterValueException",
      `The value ${given} for parameter MaxDatapoints is invalid. It must be between 1 and ${PAGE_DATAPOINTS}.`,
    );
  return given;
}

function readPosition(token: string, request: unknown, call: MonitoringCall): Position {
  const position = readPageToken(token, request);
  if (Array.isArray(position)) {
    const [series, after, nowMs]: unknown[] = position;
    if (typeof series === "number" && typeof nowMs === "number" && (after === null || typeof after === "number"))
      return { series, after: after ?? undefined, nowMs };
  }
  throw call.error("InvalidNextToken", "The token is not one that this operation gave for the same request.");
}

interface PageOptions {
  readonly position: Position;
  /** Datapoints. */
  readonly limit: number;
  readonly ascending: boolean;
}

async function page(
  deps: EvaluationDeps,
  entries: readonly DataEntry[],
  evaluation: Evaluation,
  { position, limit, ascending }: PageOptions,
): Promise<DataPage> {
  const results: Result[] = [];
  let left = limit;
  let at = position.series;
  let { after } = position;
  /** How many series there will be, where that is known beforehand. */
  const metricsOnly = entries.every(({ kind }) => kind === "metric")
    ? entries.filter(({ returned }) => returned).length
    : 0;
  for await (const series of seriesFrom(deps, entries, evaluation, position.series, limit)) {
    if (left === 0) return { results, next: { series: at, after, nowMs: evaluation.nowMs } };
    const rest = remaining(series, after, ascending);
    const taken = rest.timestamps.slice(0, left);
    const cut = taken.length < rest.timestamps.length;
    left -= taken.length;
    after = cut ? taken.at(-1) : undefined;
    results.push({
      Id: series.id,
      Label: series.label,
      Timestamps: taken.map((time) => new Date(time)),
      Values: rest.values.slice(0, taken.length),
      StatusCode: cut ? "PartialData" : series.status,
      ...(series.messages.length > 0 && { Messages: [...series.messages] }),
    });
    if (cut) return { results, next: { series: at, after, nowMs: evaluation.nowMs } };
    at += 1;
    // Asking for one series more would read as many as fill a page.
    if (left === 0 && at < metricsOnly)
      return { results, next: { series: at, after: undefined, nowMs: evaluation.nowMs } };
  }
  return { results, next: undefined };
}

/** The series of the answer from the one with this number on. Metrics alone are read as the page fills. */
async function* seriesFrom(
  deps: EvaluationDeps,
  entries: readonly DataEntry[],
  evaluation: Evaluation,
  first: number,
  limit: number,
): AsyncGenerator<EvaluatedSeries> {
  if (entries.some(({ kind }) => kind !== "metric")) {
    yield* (await evaluateQueries(deps, entries, evaluation)).slice(first);
    return;
  }
  const returned = entries.filter((entry) => entry.returned);
  let at = first;
  while (at < returned.length) {
    let points = 0;
    let end = at;
    for (; end < returned.length && (points < limit || end === at); end++) {
      const entry = returned[end];
      if (entry?.kind === "metric") points += (evaluation.endMs - evaluation.startMs) / 1_000 / entry.query.period;
    }
    // The others take part in the labels, and are not read.
    const some = new Set(returned.slice(at, end));
    const all = entries.map((entry) => (some.has(entry) ? entry : { ...entry, returned: false }));
    yield* await evaluateQueries(deps, all, evaluation);
    at = end;
  }
}

/** A series in the order of the page, from where the page before ended. */
function remaining(series: EvaluatedSeries, after: number | undefined, ascending: boolean) {
  const { timestamps, values } = series;
  if (after === undefined)
    return ascending ? { timestamps, values } : { timestamps: timestamps.toReversed(), values: values.toReversed() };
  const kept = timestamps.flatMap((time, i) => ((ascending ? time > after : time < after) ? [i] : []));
  if (!ascending) kept.reverse();
  return { timestamps: kept.map((i) => timestamps[i] ?? 0), values: kept.map((i) => values[i] ?? 0) };
}
