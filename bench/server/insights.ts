import { setTimeout as delay } from "node:timers/promises";
import type { LogsClient } from "./logs-client.ts";

export type InsightsRows = Record<string, string>[];
type Results = {
  status: string;
  results: { field: string; value: string }[][];
  statistics: { recordsScanned: number; bytesScanned: number; estimatedRecordsSkipped: number };
};

export type InsightsQuery = {
  readonly groups: readonly string[];
  readonly query: string;
  /** Epoch milliseconds; Insights takes whole seconds. */
  readonly from: number;
  readonly to: number;
};

/** What a query gave, and what the engine says it read for it and could leave unread. */
export type InsightsAnswer = { readonly rows: InsightsRows; readonly ms: number } & Results["statistics"];

/** How often the state of a query is asked for. */
const POLL_MS = 5;

/** Starts a query and returns its id. */
export async function startInsights(client: LogsClient, { groups, query, from, to }: InsightsQuery): Promise<string> {
  const { queryId } = await client.call<{ queryId: string }>("StartQuery", {
    logGroupNames: groups,
    queryString: query,
    startTime: Math.floor(from / 1000),
    endTime: Math.ceil(to / 1000),
  });
  return queryId;
}

/** Runs a query as a client does, and returns its rows with the milliseconds from StartQuery's request to the rows' arrival. */
export async function runInsights(
  client: LogsClient,
  { groups, query, from, to }: InsightsQuery,
): Promise<InsightsAnswer> {
  const began = performance.now();
  const queryId = await startInsights(client, { groups, query, from, to });
  for (;;) {
    const { status, results, statistics } = await client.call<Results>("GetQueryResults", { queryId });
    if (status === "Complete") {
      const ms = performance.now() - began;
      const rows = results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));
      return { ms, rows, ...statistics };
    }
    if (status !== "Running" && status !== "Scheduled") throw new Error(`The query ended as ${status}: ${query}`);
    await delay(POLL_MS);
  }
}
