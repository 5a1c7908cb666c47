import { setTimeout as delay } from "node:timers/promises";
import { type Case, type Figure, median } from "../case.ts";
import { GROUPS, type GroupName } from "../data-sets/mixed.ts";
import { type InsightsAnswer, runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

type Question = {
  readonly name: string;
  readonly groups: readonly GroupName[];
  readonly query: string;
  readonly atMost?: number;
  /** What is wrong with the answer; `eventsOf` tells how many events a group has. */
  readonly fault: (rows: InsightsAnswer["rows"], eventsOf: (group: GroupName) => number) => boolean;
};

const FLOW: readonly GroupName[] = ["/vpc/flow"];
const LAMBDA: readonly GroupName[] = ["/aws/lambda/orders", "/aws/lambda/thumbnails"];
const NUMBER_BY_BIN = "stats sum(bytes) as total, count(*) as n by bin(5m) | limit 10000";
/** The server looks every ten seconds which fields deserve a column; computing it for older events takes some more. */
const COLUMN_LIMIT_MS = 120_000;
/** Reading a message takes far more than this, and a column less. */
const COLUMN_BYTES_PER_EVENT = 60;
const sum = (rows: InsightsAnswer["rows"], column: string) =>
  rows.reduce((total, row) => total + Number(row[column] ?? Number.NaN), 0);

const QUESTIONS: readonly Question[] = [
  {
    name: "group by a JSON field, one group",
    groups: ["/aws/cloudtrail"],
    query: "stats count(*) as n by eventName",
    atMost: 1000,
    fault: (rows, eventsOf) => sum(rows, "n") !== eventsOf("/aws/cloudtrail"),
  },
  {
    name: "group by a JSON field, all groups",
    groups: GROUPS,
    query: "filter ispresent(userIdentity.userName) | stats count(*) as n by userIdentity.userName | limit 10000",
    atMost: 1000,
    fault: (rows, eventsOf) => sum(rows, "n") !== eventsOf("/aws/cloudtrail"),
  },
  {
    name: "a discovered number by bin(5m)",
    groups: FLOW,
    query: NUMBER_BY_BIN,
    fault: (rows, eventsOf) => sum(rows, "n") !== eventsOf("/vpc/flow"),
  },
  {
    name: "percentiles of a number of REPORT lines",
    groups: LAMBDA,
    query: "stats pct(@duration, 50), pct(@duration, 99), count(@duration) as n by bin(1h)",
    fault: (rows, eventsOf) => 4 * sum(rows, "n") > eventsOf("/aws/lambda/orders") + eventsOf("/aws/lambda/thumbnails"),
  },
  {
    name: "top 20 of a field with 390,000 values",
    groups: LAMBDA,
    query: "stats count(*) as n by @requestId | sort n desc | limit 20",
    atMost: 2000,
    fault: (rows) => rows.length !== 20 || rows.some(({ n }) => n !== "4"),
  },
  {
    name: "captures of a regular expression",
    groups: ["/host/auth"],
    query:
      "parse @message /Failed password for (?<user>\\S+) from (?<client>\\S+) port/ | filter ispresent(user) | stats count(*) as n by user",
    fault: (rows) => rows.length !== 10,
  },
  {
    name: "dedup",
    groups: FLOW,
    query: "filter ispresent(action) | fields interfaceId, action | dedup interfaceId, action | limit 10000",
    fault: (rows) => rows.length === 0 || rows.length !== new Set(rows.map((r) => `${r.interfaceId} ${r.action}`)).size,
  },
  {
    name: "pattern over 1 million events",
    groups: ["/host/auth"],
    query: "pattern @message",
    atMost: 5000,
    fault: (rows, eventsOf) => sum(rows, "@sampleCount") !== eventsOf("/host/auth"),
  },
];
const RUNS = 3;
const COLUMN_POLL_MS = 1_000;

export const insights: Case = {
  name: "insights",
  about:
    "Kinds of Logs Insights queries over the whole day of the data set, each answer checked. Beside the median of three runs: how many events " +
    "the engine read for it, how many it could leave out by group, time and filters, and the bytes it unpacked. Then the number by bin(5m) is " +
    "asked until its field has a column, as fields have that queries ask for often. A server that was loaded by an earlier run may have it already.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const figures: Figure[] = [];
    for (const { name, groups, query, atMost, fault } of QUESTIONS) {
      const answers: InsightsAnswer[] = [];
      for (let run = 0; run < RUNS; run++) {
        const answer = await runInsights(client, {
          groups,
          query,
          // Another range each time, so that nothing remembered helps.
          from: data.start - run * 1000,
          to: data.start + data.span,
        });
        if (fault(answer.rows, (group) => data.eventsOf[group])) throw new Error(`${name}: a wrong answer`);
        answers.push(answer);
      }
      const last = answers.at(-1);
      if (last === undefined) continue;
      const target = atMost === undefined ? {} : { target: { atMost } };
      figures.push(
        { name: `${name}, median`, value: median(answers.map(({ ms }) => ms)), unit: "ms", ...target },
        { name: `${name}: events read`, value: last.recordsScanned, unit: "count" },
        { name: `${name}: events left out`, value: last.estimatedRecordsSkipped, unit: "count" },
        { name: `${name}: unpacked`, value: last.bytesScanned / 1e6, unit: "MB" },
      );
    }
    const often = async (run: number) => {
      const from = data.start - (RUNS + run) * 1000;
      return await runInsights(client, { groups: FLOW, query: NUMBER_BY_BIN, from, to: data.start + data.span });
    };
    const began = performance.now();
    for (let run = 0; ; run++) {
      const { bytesScanned, recordsScanned } = await often(run);
      if (bytesScanned < recordsScanned * COLUMN_BYTES_PER_EVENT) break;
      if (performance.now() - began > COLUMN_LIMIT_MS) throw new Error("The number has no column after two minutes");
      await delay(COLUMN_POLL_MS);
    }
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push((await often(run)).ms);
    client.close();
    figures.push({
      name: "the number once it has a column, median",
      value: median(times),
      unit: "ms",
      target: { atMost: 500 },
    });
    return figures;
  },
};
