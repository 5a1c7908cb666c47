import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { LogsCall, LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { findQuery, type QueryStatistics } from "./query-record.ts";
import type { ResultRow } from "./result-pages.ts";
import { storedRows } from "./stored-rows.ts";

/** Rows of one answer (GetQueryResults, API reference). */
const MAX_ITEMS = 10_000;

export const getQueryResults: LogsOperation<"GetQueryResults"> = async (
  input,
  call,
  { state, queries, objects, keys, clock },
) => {
  const query = findQuery(state, call, input.queryId);
  if (query === undefined) {
    throw call.error(
      "ResourceNotFoundException",
      `The query ${input.queryId} does not exist, or its results have expired.`,
    );
  }
  const { document } = query;
  const running = document.status === "Running" ? await queries.progress(input.queryId) : undefined;
  if (running !== undefined) {
    return {
      queryLanguage: "CWLI",
      results: toResults(running.rows.slice(0, input.maxItems ?? MAX_ITEMS)),
      statistics: toStatistics(running.statistics),
      status: "Running",
    };
  }

  // The query may have ended since its record was read.
  const ended = findQuery(state, call, input.queryId) ?? query;
  const { status, statistics } = ended.document;
  let offset = 0;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, input.queryId, clock.now());
    if (typeof position !== "number" || !Number.isInteger(position) || position < 0)
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    offset = position;
  }
  const count = input.maxItems === undefined || input.maxItems === 0 ? MAX_ITEMS : input.maxItems;
  const stored = storedRows({ state, objects, keys }, ended);
  const [rows, total] = await readable(
    call,
    async () => [await stored.read(offset, count), await stored.total()] as const,
  );
  const end = offset + rows.length;
  return {
    queryLanguage: "CWLI",
    results: toResults(rows),
    statistics: toStatistics(statistics),
    status,
    nextToken: end < total ? makePageToken(end, input.queryId, clock.now()) : undefined,
  };
};

/** Results of events with a key are kept under it, and need it as the events do. */
export async function readable<T>(call: LogsCall, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    throw call.error(
      "AccessDeniedException",
      `The results can't be read without the keys of their log groups: ${error.message}`,
    );
  }
}

const toResults = (rows: readonly ResultRow[]) => rows.map((row) => row.map(({ field, value }) => ({ field, value })));

function toStatistics(statistics: QueryStatistics | undefined) {
  return {
    recordsMatched: statistics?.recordsMatched ?? 0,
    recordsScanned: statistics?.recordsScanned ?? 0,
    bytesScanned: statistics?.bytesScanned ?? 0,
    logGroupsScanned: statistics?.logGroupsScanned ?? 0,
    estimatedRecordsSkipped: statistics?.recordsSkipped ?? 0,
    estimatedBytesSkipped: bytesSkipped(statistics),
  };
}

/** As many bytes for each event as there were in those that were read. */
function bytesSkipped(statistics: QueryStatistics | undefined): number {
  if (statistics === undefined || statistics.recordsScanned === 0) return 0;
  return Math.round((statistics.bytesScanned / statistics.recordsScanned) * statistics.recordsSkipped);
}
