// The load generator for metrics: a process of its own, so that its work is not the server's and can be told apart.
import { MetricsClient } from "../server/metrics-client.ts";
import { type MetricProtocol, putMetricData, seriesNames } from "./metric-bodies.ts";

export type MetricLoadOrder = {
  readonly endpoint: string;
  readonly protocol: MetricProtocol;
  /** Metrics of a call, and values of a metric in it. */
  readonly metrics: number;
  readonly values: number;
  readonly series: number;
  readonly seconds: number;
  readonly connections: number;
};

export type MetricLoadReport = {
  readonly seconds: number;
  readonly samples: number;
  readonly calls: number;
  readonly bodyBytes: number;
  readonly retries: number;
  readonly cpuSeconds: number;
  /** Milliseconds, sorted. */
  readonly latencies: readonly number[];
};

process.on("message", (order: MetricLoadOrder) => {
  load(order).then((report) => {
    process.send?.(report, undefined, undefined, () => process.disconnect());
  });
});

async function load(order: MetricLoadOrder): Promise<MetricLoadReport> {
  const { endpoint, protocol, metrics, values, series, seconds, connections } = order;
  const now = new Date();
  // Made before, so that only sending costs; each is sent many times, and counts anew each time.
  const calls = Array.from({ length: Math.ceil(series / metrics) }, (_, call) =>
    putMetricData(
      protocol,
      Array.from({ length: metrics }, (_each, i) => ({
        ...seriesNames((call * metrics + i) % series),
        Timestamp: now,
        ...(values === 1
          ? { Value: number(call + i) }
          : { Values: Array.from({ length: values }, (_v, k) => number(i + k)) }),
        Unit: "Milliseconds",
      })),
    ),
  );
  const client = new MetricsClient(endpoint, connections);
  const latencies: number[] = [];
  let [sent, bodyBytes, retries] = [0, 0, 0];
  const began = performance.now();
  const cpu = process.cpuUsage();
  const worker = async (first: number) => {
    for (let i = first; performance.now() - began < seconds * 1_000; i += connections) {
      const call = calls[i % calls.length];
      if (call === undefined) return;
      const from = performance.now();
      while (!(await client.put(call))) retries += 1;
      latencies.push(performance.now() - from);
      sent += 1;
      bodyBytes += call.body.length;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, i) => worker(i)));
  const elapsed = (performance.now() - began) / 1_000;
  const used = process.cpuUsage(cpu);
  client.close();
  return {
    seconds: elapsed,
    samples: sent * metrics * values,
    calls: sent,
    bodyBytes,
    retries,
    cpuSeconds: (used.user + used.system) / 1e6,
    latencies: latencies.sort((a, b) => a - b),
  };
}

/** Some latency with two decimals. */
const number = (i: number) => Math.round(5_000 + 4_000 * Math.sin(i * 12.9898)) / 100;
