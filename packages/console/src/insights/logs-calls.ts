import { CallError } from "../api/call-error.ts";
import { logs } from "../api/services.ts";
import type { ResultField } from "../result-table/result-model.ts";
import type { FieldShare } from "./field-shares.ts";
import type { LogClass } from "./group-choice.ts";
import type { QueryCalls } from "./run-query.ts";

/** The calls of a query's run, to this page's server. */
export const queryCalls: QueryCalls = {
  async start({ queryString, logGroupNames, startTime, endTime, limit }, signal) {
    const names = logGroupNames === undefined ? {} : { logGroupNames: [...logGroupNames] };
    const { queryId } = await logs(
      "StartQuery",
      { queryString, startTime, endTime, ...names, ...(limit !== undefined && { limit }) },
      signal,
    );
    if (queryId === undefined) throw new Error("The server started the query and gave no id for it.");
    return queryId;
  },
  async results(queryId, { maxItems, nextToken }, signal) {
    const answer = await logs(
      "GetQueryResults",
      { queryId, maxItems, ...(nextToken !== undefined && { nextToken }) },
      signal,
    );
    const { statistics } = answer;
    return {
      status: answer.status ?? "Unknown",
      results: answer.results ?? [],
      statistics: {
        recordsMatched: statistics?.recordsMatched ?? 0,
        recordsScanned: statistics?.recordsScanned ?? 0,
        bytesScanned: statistics?.bytesScanned ?? 0,
        logGroupsScanned: statistics?.logGroupsScanned ?? 0,
        estimatedRecordsSkipped: statistics?.estimatedRecordsSkipped ?? 0,
        estimatedBytesSkipped: statistics?.estimatedBytesSkipped ?? 0,
      },
      nextToken: answer.nextToken,
    };
  },
  async stop(queryId) {
    await logs("StopQuery", { queryId });
  },
  isTransient: (error) =>
    error instanceof CallError && (error.status === 0 || error.status >= 500 || error.code === "ThrottlingException"),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const gaveUp = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", gaveUp);
        resolve();
      }, ms);
      signal.addEventListener("abort", gaveUp, { once: true });
      if (signal.aborted) gaveUp();
    }),
  now: () => performance.now(),
};

/** Groups offered at once while someone types a name. */
const OFFERED = 50;

/** Names of groups that hold a text, or begin with it. */
export async function groupNames(
  { text, prefix, logClass }: { readonly text: string; readonly prefix: boolean; readonly logClass?: LogClass },
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  // Names hold none of the others, and the API refuses patterns with them.
  const wanted = text.replace(/[^.\-_/#A-Za-z0-9]/g, "");
  if (wanted !== text) return [];
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await logs(
      "ListLogGroups",
      {
        limit: OFFERED,
        ...(wanted !== "" && { logGroupNamePattern: prefix ? `^${wanted}` : wanted }),
        ...(logClass !== undefined && { logGroupClass: logClass }),
        ...(nextToken !== undefined && { nextToken }),
      },
      signal,
    );
    for (const { logGroupName } of answer.logGroups ?? []) if (logGroupName !== undefined) names.push(logGroupName);
    // A page may hold few groups, or none, where a pattern picks them from very many.
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && names.length < OFFERED);
  return names.slice(0, OFFERED);
}

/** The fields of a group's events around its newest one within the range, most frequent first. */
export async function groupFields(
  logGroupName: string,
  endMs: number,
  signal: AbortSignal | undefined,
): Promise<readonly FieldShare[]> {
  const { logStreams } = await logs(
    "DescribeLogStreams",
    { logGroupName, orderBy: "LastEventTime", descending: true, limit: 1 },
    signal,
  );
  const newest = logStreams?.[0]?.lastEventTimestamp;
  if (newest === undefined) return [];
  const time = Math.floor(Math.min(newest, endMs) / 1_000);
  const { logGroupFields } = await logs("GetLogGroupFields", { logGroupName, time }, signal);
  return (logGroupFields ?? []).flatMap(({ name, percent }) =>
    name === undefined || percent === undefined ? [] : [{ name, percent }],
  );
}

/** All fields of the event that a row points to. */
export async function logRecord(
  logRecordPointer: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const answer = await logs("GetLogRecord", { logRecordPointer }, signal);
  return new Map(Object.entries(answer.logRecord ?? {}));
}

/** Rows of a result as maps, for results that the page works with itself. */
export const fieldsOf = (row: readonly ResultField[]): ReadonlyMap<string, string> =>
  new Map(row.flatMap(({ field, value }) => (field === undefined || value === undefined ? [] : [[field, value]])));
