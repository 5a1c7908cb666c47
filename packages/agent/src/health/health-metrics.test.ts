import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sample } from "../metrics/aggregator.ts";
import { COUNTERS, GAUGES, Health } from "./health.ts";
import { startHealthMetrics } from "./health-metrics.ts";

test("every minute, each counter is reported with its rise and each gauge with its value", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const health = new Health();
  for (const [index, name] of GAUGES.entries()) health.gauge(name, () => 100 + index);
  const samples: Sample[] = [];
  const stop = new AbortController();
  health.add("EventsSent", 5);
  startHealthMetrics(
    health,
    "i-1",
    (sample) => samples.push(sample),
    () => 7,
    stop.signal,
  );
  health.add("EventsDropped", 2);
  t.mock.timers.tick(60_000);
  assert.deepEqual(
    samples.map(({ name }) => name),
    [...COUNTERS, ...GAUGES],
  );
  const of = (name: string) => samples.findLast((sample) => sample.name === name);
  assert.deepEqual(of("EventsDropped"), {
    namespace: "Nephoscope/Agent",
    name: "EventsDropped",
    dimensions: new Map([["InstanceId", "i-1"]]),
    value: 2,
    unit: "Count",
    at: 7,
    resolution: 60_000,
  });
  assert.equal(of("EventsSent")?.value, 0, "before this time");
  assert.deepEqual([of("BytesBehind")?.value, of("BytesBehind")?.unit], [101, "Bytes"]);
  health.add("EventsDropped");
  t.mock.timers.tick(60_000);
  assert.equal(of("EventsDropped")?.value, 1);
  stop.abort();
  t.mock.timers.tick(60_000);
  assert.equal(samples.length, 2 * (COUNTERS.length + GAUGES.length));
});
