import { CallError } from "../api/call-error.ts";
import { monitoringIn } from "../api/services.ts";
import type { Span } from "../time-range/time-range.ts";
import type { GraphAnswer, GraphQuery } from "./graph-query.ts";

/** Pages of one answer that are fetched; each has up to 100,800 points. */
const MOST_PAGES = 20;

/** Reads the data of a graph, region by region: an expression sees the rows of its own region. */
export async function readGraph(
  queries: readonly GraphQuery[],
  span: Span,
  signal: AbortSignal,
): Promise<readonly GraphAnswer[]> {
  const regions = new Map<string, GraphQuery[]>();
  for (const query of queries) regions.set(query.region, [...(regions.get(query.region) ?? []), query]);
  const parts = await Promise.all(
    regions
      .entries()
      .map(([region, own]) =>
        own.some(({ request }) => request.ReturnData) ? readRegion(region, own, span, signal) : [],
      ),
  );
  return parts.flat();
}

async function readRegion(
  region: string,
  queries: readonly GraphQuery[],
  span: Span,
  signal: AbortSignal,
): Promise<readonly GraphAnswer[]> {
  let answers: readonly GraphAnswer[] = [];
  const { startMs, endMs } = queries.find(({ whole }) => whole !== undefined)?.whole ?? wholePeriods(queries, span);
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await monitoringIn(region)(
      "GetMetricData",
      {
        StartTime: startMs / 1_000,
        EndTime: endMs / 1_000,
        ScanBy: "TimestampAscending",
        MetricDataQueries: queries.map(({ request }) => request),
        ...(NextToken !== undefined && { NextToken }),
      },
      signal,
    );
    const failed = answer.MetricDataResults?.find(
      ({ StatusCode }) => StatusCode === "InternalError" || StatusCode === "Forbidden",
    );
    if (failed !== undefined)
      throw new CallError(
        failed.StatusCode ?? "InternalError",
        `The data of ${failed.Label ?? failed.Id ?? "a row"} can not be read.`,
      );
    answers = merged(answers, answer.MetricDataResults ?? []);
    NextToken = answer.NextToken;
    if (NextToken === undefined) return answers;
  }
  throw new Error("The graph has more points than can be shown. Take a longer period or a shorter range.");
}

/** The first and the last period are whole only when the range begins and ends with them. */
function wholePeriods(queries: readonly GraphQuery[], { startMs, endMs }: Span): Span {
  const longest = Math.max(...queries.map(({ period }) => period)) * 1_000;
  return { startMs: Math.floor(startMs / longest) * longest, endMs: Math.ceil(endMs / longest) * longest };
}

/** A page goes on with the series of the one before, which is the same when id and label are. */
export function merged(before: readonly GraphAnswer[], page: readonly GraphAnswer[]): readonly GraphAnswer[] {
  if (before.length === 0) return page;
  const same = (a: GraphAnswer) => (b: GraphAnswer) => a.Id === b.Id && a.Label === b.Label;
  return [
    ...before.map((one) => {
      const more = page.find(same(one));
      if (more === undefined) return one;
      return {
        ...one,
        StatusCode: more.StatusCode,
        Timestamps: [...(one.Timestamps ?? []), ...(more.Timestamps ?? [])],
        Values: [...(one.Values ?? []), ...(more.Values ?? [])],
      };
    }),
    ...page.filter((one) => !before.some(same(one))),
  ];
}
