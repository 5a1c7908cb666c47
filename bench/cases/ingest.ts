import { type Case, type Figure, percentile } from "../case.ts";
import type { LoadReport } from "../load/generator.ts";
import { CONNECTIONS, createStreams, send } from "../load/load-data.ts";
import { bulkLoad } from "../peers/run-bulk-load.ts";
import type { Usage } from "../server/processes.ts";
import { startServer } from "../server/server-under-test.ts";

const MB = 1_000_000;
const PACE = 40 * MB;

export const ingest: Case = {
  name: "ingest",
  about:
    "Signed PutLogEvents calls, as large as AWS allows (10,000 events or 1 MiB, 26 bytes added per event), over 16 kept connections from a " +
    "process of its own: first at 40 MB/s of messages, then as fast as they are acknowledged, then the many small calls. " +
    "Peer: the same rows from a file into the same table by the engine alone, in the same run.",
  async run(bench) {
    await bench.release();
    const { data } = bench;
    const server = await startServer(bench.freshDirectory(), "node");
    await createStreams(server, data);
    const half = Math.ceil(data.fullCalls.length / 2);

    bench.say("40 MB/s");
    const before = server.usage();
    const paced = await send(server, data, data.fullCalls.slice(0, half), PACE);
    const middle = server.usage();
    bench.say("as fast as it goes");
    const flat = await send(server, data, data.fullCalls.slice(half), 0);
    const after = server.usage();
    bench.say("small calls");
    const small = await send(server, data, data.restCalls, 0);
    const settling = performance.now();
    const settled = await server.settled(300_000);
    const settleSeconds = (performance.now() - settling) / 1000;
    bench.adopt(server);
    await bench.release();
    bench.say("the engine alone");
    const bulk = await bulkLoad(data);
    const bulkRate = bulk.messageBytes / MB / bulk.seconds;
    if (bulk.events !== data.events) throw new Error(`The bulk load stored ${bulk.events} of ${data.events} events`);

    const figures: Figure[] = [
      { name: "events in a full call, mean", value: paced.events / paced.calls, unit: "count" },
      { name: "body of a full call, mean", value: paced.bodyBytes / paced.calls / MB, unit: "MB" },
      ...phase("at 40 MB/s", paced, before, middle),
      { name: "at 40 MB/s: median acknowledgement", value: percentile(paced.latencies, 0.5), unit: "ms" },
      {
        name: "at 40 MB/s: 99 % acknowledged within",
        value: percentile(paced.latencies, 0.99),
        unit: "ms",
        target: { atMost: 250 },
      },
      ...phase("flat out", flat, middle, after),
      { name: "flat out: 99 % acknowledged within", value: percentile(flat.latencies, 0.99), unit: "ms" },
      { name: "flat out: events", value: flat.events / flat.seconds, unit: "events/s" },
      { name: "bulk load by the engine alone", value: bulkRate, unit: "MB/s" },
      { name: "flat out / bulk load", value: rate(flat) / bulkRate, unit: "ratio", target: { atLeast: 0.35 } },
      { name: `small calls (mean ${Math.round(small.events / small.calls)} events)`, value: rate(small), unit: "MB/s" },
      { name: "connections", value: CONNECTIONS, unit: "count" },
      { name: settled ? "until merges are done" : "merges not done after", value: settleSeconds, unit: "s" },
    ];
    return figures;
  },
};

function rate({ messageBytes, seconds }: LoadReport): number {
  return messageBytes / MB / seconds;
}

function phase(name: string, report: LoadReport, before: Usage, after: Usage): Figure[] {
  const megabytes = report.messageBytes / MB;
  const all = ((after.cpuSeconds - before.cpuSeconds) * 1000) / megabytes;
  const engine = ((after.engineCpuSeconds - before.engineCpuSeconds) * 1000) / megabytes;
  const again = Object.values(report.retries).reduce((a, b) => a + b, 0);
  return [
    { name: `${name}: messages`, value: rate(report), unit: "MB/s", ...(name.startsWith("at") && NEARLY_FORTY) },
    { name: `${name}: CPU of the server without its engine`, value: all - engine, unit: "ms/MB" },
    { name: `${name}: CPU of the engine`, value: engine, unit: "ms/MB" },
    { name: `${name}: CPU of the load generator`, value: (report.cpuSeconds * 1000) / megabytes, unit: "ms/MB" },
    { name: `${name}: answers that asked to try again`, value: again, unit: "count" },
  ];
}

/** A paced load ends when its last call is acknowledged, a little after it was due. */
const NEARLY_FORTY = { target: { atLeast: 39 } } as const;
