import { setTimeout as delay } from "node:timers/promises";
import { type Case, median } from "../case.ts";
import { GROUPS } from "../data-sets/mixed.ts";
import { startInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

type Results = { status: string; results: unknown[] };

/** Long ones: each reads every message, and the last sorts half of them. */
const QUERIES = [
  "parse @message /(?<word>[A-Za-z]+)[^A-Za-z]*$/ | stats count(*) by word, bin(5m)",
  "pattern @message",
  'stats count(*) by regexReplace(@message, "[0-9]+", "<n>") | limit 20',
] as const;
const POLL_MS = 5;

export const longQuery: Case = {
  name: "long-query",
  about:
    "Queries that take many seconds over all groups: until the first answer that has rows in it, and how long StopQuery takes then, until the query is " +
    "cancelled.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 2);
    const first: number[] = [];
    const stopping: number[] = [];
    for (const [index, query] of QUERIES.entries()) {
      const began = performance.now();
      const [from, to] = [data.start - index * 1000, data.start + data.span];
      const queryId = await startInsights(client, { groups: GROUPS, query, from, to });
      for (;;) {
        const { status, results } = await client.call<Results>("GetQueryResults", { queryId });
        if (results.length > 0) break;
        if (status !== "Running") throw new Error(`The query was ${status} before it showed a row: ${query}`);
        await delay(POLL_MS);
      }
      first.push(performance.now() - began);
      const stop = performance.now();
      await client.call("StopQuery", { queryId });
      stopping.push(performance.now() - stop);
      const { status } = await client.call<Results>("GetQueryResults", { queryId });
      if (status !== "Cancelled") throw new Error(`The query is ${status} after StopQuery: ${query}`);
    }
    client.close();
    return [
      { name: "first rows, median", value: median(first), unit: "ms" },
      { name: "first rows, longest", value: Math.max(...first), unit: "ms", target: { atMost: 1000 } },
      { name: "StopQuery, longest", value: Math.max(...stopping), unit: "ms", target: { atMost: 500 } },
    ];
  },
};
