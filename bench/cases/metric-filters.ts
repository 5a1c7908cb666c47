import { closeSync, openSync, readSync } from "node:fs";
import { rememberingReader } from "@nephoscope/languages";
import { eventsOf } from "../../packages/server/src/services/logs/events/events.ts";
import { compileMetricFilter } from "../../packages/server/src/services/logs/metric-filters/compile-metric-filter.ts";
import { filterSet } from "../../packages/server/src/services/logs/metric-filters/filter-set.ts";
import { samplesOf } from "../../packages/server/src/services/logs/metric-filters/samples.ts";
import type { Case, Figure } from "../case.ts";
import { serviceLine } from "../data-sets/services.ts";

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
    `What ${FILTERS} metric filters of one group (AWS allows 100) take of a core for each megabyte of messages, called directly. Ingest keeps half of ` +
    `its rate while they take no more than it takes itself, ${INGEST_MS_PER_MB} ms.`,
  async run({ data }) {
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
    return figures;
  },
};

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
