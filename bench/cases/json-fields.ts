import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startEngine } from "@nephoscope/engine";
import { type Case, type Figure, median } from "../case.ts";
import { SERVICE_FIELDS, serviceRowsSql, USERS } from "../data-sets/services.ts";
import { type InsightsAnswer, runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";
import { startServer } from "../server/server-under-test.ts";

const GROUP = "/bench/services";
const AT_ONCE = 500_000;
const RUNS = 3;
/** How often the server looks for fields that deserve a column is ten seconds; reading all messages once more takes some. */
const COLUMN_LIMIT_MS = 120_000;
/** The columns are computed behind everything else, so the asking must leave time for it. */
const POLL_MS = 5_000;

const QUESTIONS = [
  { name: "group by a JSON field", query: "stats count(*) as n by service", atMost: 1000 },
  { name: "a number by bin(5m)", query: "stats avg(latency), count(*) as n by bin(5m) | limit 10000", atMost: 500 },
  {
    name: "top 20 of a million values",
    query: "stats count(*) as n by user | sort n desc | limit 20",
    atMost: 2000,
  },
  {
    name: "three fields",
    query: "filter level = 'ERROR' | stats avg(latency), count(*) as n by service",
    atMost: undefined,
  },
] as const;

export const jsonFields: Case = {
  name: "json-fields",
  about:
    "As many JSON events of one group as the data set has: fields found in the messages while the query runs, then in the columns that fields get " +
    "when queries ask for them often or an index policy names them.",
  async run(bench) {
    await bench.release();
    const { data } = bench;
    const directory = bench.freshDirectory();
    let server = await startServer(directory, "node");
    let client = new LogsClient(server.endpoint, 1);
    await client.call("CreateLogGroup", { logGroupName: GROUP });
    const names = { logGroupName: GROUP, logStreamName: "service" };
    await client.call("CreateLogStream", names);
    await client.call("PutLogEvents", {
      ...names,
      logEvents: [{ timestamp: Date.now(), message: "the group's number" }],
    });
    client.close();
    await server.stop();
    bench.say("making the events (not timed)");
    const engine = await startEngine({ dataDir: join(directory, "engine"), database: "nephoscope", log: () => {} });
    const [row] = await engine.client.rows<[number]>({ sql: "SELECT group_id FROM events LIMIT 1" });
    for (let first = 0; first < data.events; first += AT_ONCE)
      await engine.client.command({
        sql: `INSERT INTO events (group_id, stream, timestamp, seq, put, retention, message)
          ${serviceRowsSql(row?.[0] ?? 0, data.start, first, AT_ONCE, data.events)}
          SETTINGS exclude_materialize_skip_indexes_on_insert = 'message_grams'`,
      });
    await engine.close();
    server = await startServer(directory, "node");
    try {
      client = new LogsClient(server.endpoint, 1);
      await server.settled(300_000);
      const ask = async (query: string, run: number) =>
        await runInsights(client, {
          groups: [GROUP],
          query,
          // Another range each time, so that nothing remembered helps; without the first event.
          from: data.start - run * 1000,
          to: data.start + data.span - 1000,
        });
      const figures: Figure[] = [{ name: "events", value: data.events, unit: "count" }];
      const without = new Map<string, string>();
      for (const { name, query } of QUESTIONS) {
        const answer = await ask(query, 0);
        check(name, answer, data.events);
        without.set(name, JSON.stringify(answer.rows));
        figures.push({ name: `${name}, in the messages`, value: answer.ms, unit: "ms" });
      }
      const policyDocument = JSON.stringify({ Fields: SERVICE_FIELDS });
      await client.call("PutIndexPolicy", { logGroupIdentifier: GROUP, policyDocument });
      // A policy's fields get their columns when they are asked for.
      const asked = performance.now();
      for (const { query } of QUESTIONS) await ask(query, 1);
      const wide = async () =>
        (await ask("stats count(service), count(latency), count(user), count(level)", 2)).bytesScanned;
      const bytes = await wide();
      while ((await wide()) > bytes / 2) {
        if (performance.now() - asked > COLUMN_LIMIT_MS)
          throw new Error("The fields have no columns after two minutes");
        await delay(POLL_MS);
      }
      figures.push({ name: "until all parts had the columns", value: (performance.now() - asked) / 1000, unit: "s" });
      for (const { name, query, atMost } of QUESTIONS) {
        const times: number[] = [];
        for (let run = 0; run < RUNS; run++) {
          const answer = await ask(query, run);
          if (JSON.stringify(answer.rows) !== without.get(name))
            throw new Error(`${name}: columns give another answer`);
          times.push(answer.ms);
        }
        const target = atMost === undefined ? {} : { target: { atMost } };
        figures.push({ name: `${name}, in columns, median`, value: median(times), unit: "ms", ...target });
      }
      client.close();
      return figures;
    } finally {
      await server.stop();
    }
  },
};

function check(name: string, { rows }: InsightsAnswer, events: number): void {
  const counted = rows.reduce((sum, { n }) => sum + Number(n), 0);
  const whole = name === "group by a JSON field" || name === "a number by bin(5m)";
  // The last second of the day is left out.
  if (whole && (counted > events || counted < events * 0.999))
    throw new Error(`${name}: ${counted} of ${events} events`);
  if (rows.length === 0 || counted > Math.max(events, USERS)) throw new Error(`${name}: a wrong answer`);
}
