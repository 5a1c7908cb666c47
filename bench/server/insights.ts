import { setTimeout as delay } from "node:timers/promises";
import type { LogsClient } from "./logs-client.ts";

export type InsightsRows = Record<string, string>[];
type Results = { status: string; results: { field: string; value: string }[][] };

export type InsightsQuery = {
  readonly groups: readonly string[];
  readonly query: string;
  /** Epoch milliseconds; Insights takes whole seconds. */
  readonly from: number;
  readonly to: number;
};

/** How often the state of a query is asked for. */
const POLL_MS = 5;

/** Runs a query as a client does, and returns its rows with the milliseconds from StartQuery's request to the rows' arrival. */
export async function runInsights(
  client: LogsClient,
  { groups, query, from, to }: InsightsQuery,
): Promise<{ rows: InsightsRows; ms: number }> {
  const began = performance.now();
  const { queryId } = await client.call<{ queryId: string }>("StartQuery", {
    logGroupNames: groups,
    queryString: query,
    startTime: Math.floor(from / 1000),
    endTime: Math.ceil(to / 1000),
  });
  for (;;) {
    const { status, results } = await client.call<Results>("GetQueryResults", { queryId });
    if (status === "Complete") {
      const ms = performance.now() - began;
      return { ms, rows: results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value]))) };
    }
    if (status !== "Running" && status !== "Scheduled") throw new Error(`The query ended as ${status}: ${query}`);
    await delay(POLL_MS);
  }
}
