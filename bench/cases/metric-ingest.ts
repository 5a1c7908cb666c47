import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Case, type Figure, percentile } from "../case.ts";
import { PROTOCOLS } from "../load/metric-bodies.ts";
import type { MetricLoadOrder, MetricLoadReport } from "../load/metric-generator.ts";
import { startServer } from "../server/server-under-test.ts";

const SECONDS = 10;
const SERIES = 10_000;
/** Enough that the server can gather calls for one insert, as a fleet would let it. */
const CONNECTIONS = 32;
/** What a call carries: as many metrics as AWS allows with a value each, and metrics with as many values as it allows. */
const SHAPES = [
  { name: "1,000 metrics of one value", metrics: 1_000, values: 1 },
  { name: "100 metrics of 150 values", metrics: 100, values: 150 },
] as const;

export const metricIngest: Case = {
  name: "metric-ingest",
  about:
    "Signed PutMetricData calls over 32 kept connections from a process of its own, in each of the three protocols, over 10,000 series of three dimensions, as fast as they are acknowledged. A sample is one value.",
  async run(bench) {
    await bench.release();
    const server = await startServer(bench.freshDirectory(), "node");
    const figures: Figure[] = [];
    try {
      for (const { name, metrics, values } of SHAPES)
        for (const protocol of PROTOCOLS) {
          bench.say(`${name}, ${protocol}`);
          const order = {
            endpoint: server.endpoint,
            protocol,
            metrics,
            values,
            series: SERIES,
            connections: CONNECTIONS,
          };
          await generate({ ...order, seconds: 2 });
          const before = server.usage();
          const report = await generate({ ...order, seconds: SECONDS });
          const after = server.usage();
          const at = `${protocol}, ${name}`;
          const target = values > 1 || protocol === "json" ? { target: { atLeast: 150_000 } } : {};
          const micros = (seconds: number) => (seconds * 1e6) / report.samples;
          const engine = after.engineCpuSeconds - before.engineCpuSeconds;
          figures.push(
            { name: `${at}: samples`, value: report.samples / report.seconds, unit: "samples/s", ...target },
            { name: `${at}: 99 % acknowledged within`, value: percentile(report.latencies, 0.99), unit: "ms" },
            {
              name: `${at}: CPU of the server, µs a sample`,
              value: micros(after.cpuSeconds - before.cpuSeconds - engine),
              unit: "ratio",
            },
            { name: `${at}: CPU of the engine, µs a sample`, value: micros(engine), unit: "µs" },
            { name: `${at}: CPU of the generator, µs a sample`, value: micros(report.cpuSeconds), unit: "µs" },
            { name: `${at}: answers that asked to try again`, value: report.retries, unit: "count" },
          );
        }
    } finally {
      await server.stop();
    }
    return figures;
  },
};

function generate(order: MetricLoadOrder): Promise<MetricLoadReport> {
  const child = fork(fileURLToPath(new URL("../load/metric-generator.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.on("message", (report: MetricLoadReport) => resolve(report));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The load generator ended with ${code} before its report`)));
    child.send(order);
  });
}
