import type { LogsCall, LogsDeps } from "../operation.ts";
import { readable } from "../queries/get-query-results.ts";
import { findQuery } from "../queries/query-record.ts";
import { storedRows } from "../queries/stored-rows.ts";
import { inspectTable, TableRefused, type TableShape } from "./read-csv.ts";
import { writeCsv } from "./write-csv.ts";

/** The text that a call gives a table, checked: its own, or the results of a query that has ended. */
export async function tableOf(
  input: { readonly tableBody?: string | undefined; readonly queryId?: string | undefined },
  call: LogsCall,
  deps: LogsDeps,
): Promise<{ text: string; shape: TableShape }> {
  const { tableBody, queryId } = input;
  if (tableBody !== undefined && queryId !== undefined) {
    throw call.error("InvalidParameterException", "tableBody and queryId are mutually exclusive parameters.");
  }
  const text = queryId === undefined ? tableBody : await resultsOf(queryId, call, deps);
  if (text === undefined) {
    throw call.error("InvalidParameterException", "Either tableBody or queryId must be given.");
  }
  try {
    return { text, shape: await inspectTable(text) };
  } catch (error) {
    if (error instanceof TableRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}

async function resultsOf(queryId: string, call: LogsCall, { state, objects, keys }: LogsDeps): Promise<string> {
  const query = findQuery(state, call, queryId);
  if (query === undefined) {
    throw call.error("InvalidParameterException", `The query ${queryId} does not exist, or its results have expired.`);
  }
  const { status } = query.document;
  if (status !== "Complete" && status !== "Cancelled") {
    throw call.error(
      "InvalidParameterException",
      `The query ${queryId} is ${status}; only a completed or cancelled one can fill a lookup table.`,
    );
  }
  const stored = storedRows({ state, objects, keys }, query);
  return writeCsv([...(await readable(call, () => stored.read(0, Number.POSITIVE_INFINITY)))]);
}
