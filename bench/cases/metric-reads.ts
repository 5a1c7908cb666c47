import { setTimeout as delay } from "node:timers/promises";
import { type Engine, startEngine } from "@nephoscope/engine";
import { metricId, metricNumber } from "../../packages/server/src/platform/metrics/metric-id.ts";
import { joinParts } from "../../packages/server/src/platform/metrics/roll-up.ts";
import { minuteTier, rollStatements } from "../../packages/server/src/platform/metrics/roll-up-sql.ts";
import { type Case, median } from "../case.ts";
import { NAMES, seriesNames } from "../load/metric-bodies.ts";
import { MetricsClient } from "../server/metrics-client.ts";
import { REGION, startServer } from "../server/server-under-test.ts";

const SERIES = 10_000;
const MINUTES = 1_440;
/** Metrics of ListMetrics's figure. */
const LISTED = 1_000_000;
/** Queries of one GetMetricData call (AWS's limit). */
const QUERIES = 500;
const RUNS = 5;
const PAGES = 20;
const ACCOUNT = "123456789012";
const MILLISECONDS = 20;

export const metricReads: Case = {
  name: "metric-reads",
  about:
    "A day of one-minute data of 10,000 series (a quarter each: percentages of two decimals, counts, bytes, latencies of three decimals, all with noise), rolled up by the server's own statements: its size on disk after merges, GetMetricData of 500 series over the day with all its pages, ListMetrics over 1,000,000 metrics.",
  async run(bench) {
    await bench.release();
    const directory = bench.freshDirectory();
    // The server makes its tables.
    await (await startServer(directory, "node")).stop();
    const end = Math.floor(Date.now() / 3_600_000) * 3_600;
    bench.say("a day of 10,000 series");
    const bytes = await fill(directory, end, (text) => bench.say(text));
    const server = await startServer(directory, "node");
    const client = new MetricsClient(server.endpoint, 4);
    try {
      bench.say("GetMetricData");
      const reads: number[] = [];
      const firstPages: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { all, first, points } = await readDay(client, end, run);
        if (points !== QUERIES * MINUTES) throw new Error(`GetMetricData gave ${points} datapoints`);
        reads.push(all);
        firstPages.push(first);
      }
      bench.say("ListMetrics");
      const pages = await listPages(client);
      return [
        {
          name: "a sample of a minute on disk",
          value: bytes / (SERIES * MINUTES),
          unit: "bytes",
          target: { atMost: 2 },
        },
        {
          name: "GetMetricData, 500 series of a day, all pages: median",
          value: median(reads),
          unit: "ms",
          target: { atMost: 1_000 },
        },
        { name: "GetMetricData, the first page: median", value: median(firstPages), unit: "ms" },
        {
          name: "ListMetrics, a page of 1,000,000 metrics: median",
          value: median(pages),
          unit: "ms",
          target: { atMost: 200 },
        },
        { name: "ListMetrics, the slowest of the pages", value: Math.max(...pages), unit: "ms" },
      ];
    } finally {
      client.close();
      await server.stop();
    }
  },
};

/** Writes the day and the index past the server, which would take hours of virtual time. Gives the bytes of the day. */
async function fill(directory: string, end: number, say: (text: string) => void): Promise<number> {
  const engine = await startEngine({ dataDir: `${directory}/engine`, database: "nephoscope", log: () => {} });
  try {
    const numbers = Array.from({ length: SERIES }, (_, i) => {
      const { MetricName, Dimensions } = seriesNames(i);
      const sorted = [...Dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1));
      return metricNumber(
        metricId(ACCOUNT, REGION, NAMES.namespace, MetricName, {
          names: sorted.map(({ Name }) => Name),
          values: sorted.map(({ Value }) => Value),
        }),
      );
    });
    await engine.client.command({
      sql: "CREATE TABLE bench_series (i UInt32, metric UInt64) ENGINE = MergeTree ORDER BY i",
    });
    await engine.client.insert({
      table: "bench_series",
      columns: ["i", "metric"],
      format: "JSONCompactEachRow",
      body: Buffer.from(numbers.map((number, i) => `[${i},${number}]\n`).join("")),
    });
    const start = end - MINUTES * 60;
    for (let hour = 0; hour < MINUTES / 60; hour++) {
      const from = start + hour * 3_600;
      await engine.client.command({
        sql: `INSERT INTO metric_samples SELECT metric, ${MILLISECONDS}, ${from} + number * 60 AS time, time, rand64(), 0, 0, 1,
            multiIf(i % 4 = 0, round(40 + 20 * sin(time / 12000 + i) + (rand(1) % 300) / 100, 2),
              i % 4 = 1, toFloat64(intDiv(toUInt32(1000 + 500 * sin(time / 18000 + i)) + rand(2) % 50, 1)),
              i % 4 = 2, toFloat64(1000000000 + (time - ${start}) * 68 * (i % 7) + 4096 * (rand(3) % 100)),
              round((rand(4) % 1000) / 200, 3)) AS v, v, v, [], []
          FROM bench_series CROSS JOIN numbers(60) AS minutes`,
      });
      for (const sql of rollStatements(minuteTier, `received >= ${from} AND received < ${from + 3_600}`, hour + 1))
        await engine.client.command({ sql, settings: { prefer_column_name_to_alias: 1 } });
      await engine.client.command({ sql: "TRUNCATE TABLE metric_samples" });
    }
    say("1,000,000 metrics");
    await engine.client.command({
      sql: `INSERT INTO metric_series SELECT '${ACCOUNT}', '${REGION}', concat('Space', toString(number % 10)), concat('metric-', toString(number % 100)),
          ['Environment', 'Host', 'Service'], ['production', concat('ip-', toString(intDiv(number, 100))), concat('service-', toString(number % 7))], number, ${end}
        FROM numbers(${LISTED})`,
    });
    say("merging");
    await joinParts(engine, "metric_minutes", end + 24 * 3_600);
    await settle(engine);
    const [row] = await engine.client.rows<[string]>({
      sql: "SELECT toString(sum(bytes_on_disk)) FROM system.parts WHERE active AND table = 'metric_minutes' AND database = currentDatabase()",
    });
    await engine.client.command({ sql: "DROP TABLE bench_series" });
    return Number(row?.[0]);
  } finally {
    await engine.close();
  }
}

async function settle(engine: Engine): Promise<void> {
  for (;;) {
    const [row] = await engine.client.rows<[number]>({ sql: "SELECT toUInt32(count()) FROM system.merges" });
    if (row?.[0] === 0) return;
    await delay(200);
  }
}

interface DataPage {
  readonly MetricDataResults: readonly { readonly Values: readonly number[] }[];
  readonly NextToken?: string;
}

async function readDay(client: MetricsClient, end: number, run: number) {
  const request = {
    StartTime: end - MINUTES * 60,
    EndTime: end,
    MetricDataQueries: Array.from({ length: QUERIES }, (_, i) => {
      const { MetricName, Dimensions } = seriesNames((i * 19 + run * 7) % SERIES);
      return {
        Id: `m${i}`,
        MetricStat: { Metric: { Namespace: NAMES.namespace, MetricName, Dimensions }, Period: 60, Stat: "Average" },
      };
    }),
  };
  const began = performance.now();
  let [points, first] = [0, 0];
  let token: string | undefined;
  do {
    const page: DataPage = await client.call("GetMetricData", { ...request, NextToken: token });
    if (first === 0) first = performance.now() - began;
    for (const { Values } of page.MetricDataResults) points += Values.length;
    token = page.NextToken;
  } while (token !== undefined);
  return { all: performance.now() - began, first, points };
}

interface ListPage {
  readonly Metrics: readonly unknown[];
  readonly NextToken?: string;
}

/** The first pages of everything, then pages by a common and by a rare dimension, and of one name. */
async function listPages(client: MetricsClient): Promise<number[]> {
  const times: number[] = [];
  for (const filter of [
    {},
    { Namespace: "Space7" },
    { Namespace: "Space7", MetricName: "metric-7" },
    { Dimensions: [{ Name: "Host", Value: "ip-9876" }] },
    { Dimensions: [{ Name: "Service", Value: "service-3" }] },
  ]) {
    let token: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const began = performance.now();
      const answer: ListPage = await client.call("ListMetrics", { ...filter, NextToken: token });
      times.push(performance.now() - began);
      if (answer.Metrics.length === 0) throw new Error(`ListMetrics found nothing for ${JSON.stringify(filter)}`);
      token = answer.NextToken;
      if (token === undefined) break;
    }
  }
  return times;
}
