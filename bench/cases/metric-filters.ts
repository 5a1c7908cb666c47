import { closeSync, openSync, readSync } from "node:fs";
import { rememberingReader } from "@nephoscope/languages";
import { eventsOf } from "../../packages/server/src/services/logs/events/events.ts";
import { compileMetricFilter } from "../../packages/server/src/services/logs/metric-filters/compile-metric-filter.ts";
import { filterSet } from "../../packages/server/src/services/logs/metric-filters/filter-set.ts";
import { samplesOf } from "../../packages/server/src/services/logs/metric-filters/samples.ts";
import type { Bench, Case, Figure } from "../case.ts";
import { CallWriter } from "../data-sets/call-writer.ts";
import { serviceLine } from "../data-sets/services.ts";
import { CONNECTIONS } from "../load/load-data.ts";
import { generateLoad } from "../load/run-generator.ts";
import { LogsClient } from "../server/logs-client.ts";
import { startServer } from "../server/server-under-test.ts";

const FILTERS = 1_000;
const BATCH = 7_000;
const RUNS = 3;
/** What the server and its engine may use for a megabyte at the rate that is promised for two cores, without any filter. */
const INGEST_MS_PER_MB = 50;
const BYTES = 40_000_000;

const SETS = [
  { name: "phrases over the mixed events", json: false, pattern: (i: number) => `"needle-${i} of ${i * 7919}"` },
  {
    name: "status codes of access lines over the mixed events",
    json: false,
    pattern: (i: number) => `[ip, id, user, time, request, code = ${i + 1000}, size]`,
  },
  {
    name: "a service and a status over JSON",
    json: true,
    pattern: (i: number) => `{ $.service = "service${i}" && $.status = 404 }`,
  },
  { name: "statuses over JSON", json: true, pattern: (i: number) => `{ $.status = ${i} }` },
] as const;

export const metricFilters: Case = {
  name: "metric-filters",
  about:
    `What ${FILTERS} metric filters of one group (AWS allows 100) take of a core for each megabyte of messages, called directly. Then JSON events ` +
    `as fast as they are acknowledged, without a filter and with ${FILTERS}, of which some have nothing but a comparison of a number.`,
  async run(bench) {
    const { data } = bench;
    const mixed = readLines(data.messagesFile);
    const json = Array.from({ length: 200_000 }, (_, n) => serviceLine(n));
    const figures: Figure[] = [];
    for (const { name, json: isJson, pattern } of SETS) {
      const list = isJson ? json : mixed;
      const one = cpuPerMegabyte(list, 1, pattern);
      const all = cpuPerMegabyte(list, FILTERS, pattern);
      figures.push(
        { name: `1 filter: ${name}`, value: one, unit: "ms/MB" },
        { name: `${FILTERS} filters: ${name}`, value: all, unit: "ms/MB", target: { atMost: INGEST_MS_PER_MB } },
      );
    }
    return [...figures, ...(await ingestRates(bench))];
  },
};

const GROUP = "/bench/filtered";
const STREAMS = 16;
const MB = 1_000_000;
const EVENTS = 1_500_000;

/** One filter in twenty compares a number, which no word of a message can decide. */
function mixedPattern(i: number): string {
  if (i % 20 === 0) return `{ $.latency > ${100_000 + i} }`;
  return i % 2 === 0 ? `{ $.status = ${600 + i} }` : `{ $.service = "service${i}" && $.level = "ERROR" }`;
}

async function ingestRates(bench: Bench): Promise<Figure[]> {
  await bench.release();
  const directory = bench.freshDirectory();
  const callsFile = `${directory}/filtered.bodies`;
  const writer = new CallWriter<string>(callsFile);
  const start = Date.now() - 3_600_000;
  for (let n = 0; n < EVENTS; n++) {
    const message = serviceLine(n);
    const timestamp = start + Math.floor((n * 3_000_000) / EVENTS);
    writer.add({ group: GROUP, stream: `service-${n % STREAMS}`, timestamp, message }, Buffer.byteLength(message));
  }
  const { full, streams } = writer.close();
  const server = await startServer(`${directory}/server`, "node", {
    NEPHOSCOPE_METRIC_FILTERS_PER_GROUP: String(FILTERS),
  });
  try {
    const client = new LogsClient(server.endpoint, CONNECTIONS);
    await client.call("CreateLogGroup", { logGroupName: GROUP });
    for (const { stream } of streams)
      await client.call("CreateLogStream", { logGroupName: GROUP, logStreamName: stream });
    const order = { endpoint: server.endpoint, callsFile, connections: CONNECTIONS, bytesPerSecond: 0 };
    const third = Math.floor(full.length / 3);
    const rate = async (calls: typeof full) => {
      const { messageBytes, seconds } = await generateLoad({ ...order, calls });
      await server.settled(120_000);
      return messageBytes / MB / seconds;
    };
    // The first third only brings the server up to speed.
    await rate(full.slice(0, third));
    const without = await rate(full.slice(third, 2 * third));
    bench.say(`${FILTERS} filters`);
    for (let i = 0; i < FILTERS; i++) {
      await client.call("PutMetricFilter", {
        logGroupName: GROUP,
        filterName: `filter-${i}`,
        filterPattern: mixedPattern(i),
        metricTransformations: [{ metricName: `m${i}`, metricNamespace: "bench", metricValue: "1" }],
      });
    }
    const filtered = await rate(full.slice(2 * third));
    client.close();
    return [
      { name: "ingest without filters", value: without, unit: "MB/s" },
      { name: `ingest with ${FILTERS} filters`, value: filtered, unit: "MB/s" },
      { name: "with / without", value: filtered / without, unit: "ratio", target: { atLeast: 0.5 } },
    ];
  } finally {
    await server.stop();
  }
}

/** The best of some runs, as what disturbs can only add. */
function cpuPerMegabyte(list: readonly string[], filters: number, pattern: (i: number) => string): number {
  const reader = rememberingReader();
  const set = filterSet(
    Array.from({ length: filters }, (_, i) =>
      compileMetricFilter(
        {
          filterPattern: pattern(i),
          transformation: { metricName: `m${i}`, metricNamespace: "bench", metricValue: "1" },
        },
        { account: "123456789012", region: "us-east-1" },
        reader,
      ),
    ),
  );
  const bytes = list.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  const times = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    for (let from = 0; from < list.length; from += BATCH) {
      const batch = list.slice(from, from + BATCH).map((message) => ({ timestamp: 0, message }));
      samplesOf({ firstPut: 0n, events: eventsOf(batch) }, set);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times) / (bytes / 1e6);
}

/** Lines from the middle of the file. */
function readLines(path: string): string[] {
  const bytes = Buffer.alloc(BYTES);
  const file = openSync(path, "r");
  const read = readSync(file, bytes, 0, BYTES, BYTES);
  closeSync(file);
  return bytes.subarray(0, read).toString("utf8").split("\n").slice(1, -1);
}
