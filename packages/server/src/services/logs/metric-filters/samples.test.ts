import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf } from "../events/events.ts";
import { compileMetricFilter } from "./compile-metric-filter.ts";
import { filterSet } from "./filter-set.ts";
import type { MetricTransformation } from "./metric-filter.ts";
import { samplesOf as samplesOfSet } from "./samples.ts";

const filter = (filterPattern: string, transformation: Partial<MetricTransformation> = {}) =>
  compileMetricFilter(
    { filterPattern, transformation: { metricName: "m", metricNamespace: "n", metricValue: "1", ...transformation } },
    { account: "111122223333", region: "eu-west-1" },
  );
const samplesOf = (events: ReturnType<typeof batch>, filters: ReturnType<typeof filter>[]) =>
  samplesOfSet(events, filterSet(filters));
/** Events of the minutes 0 and 1 of some day, the first numbered 64. */
const batch = (...messages: [timestamp: number, message: string][]) => ({
  firstPut: 64n,
  events: eventsOf(messages.map(([timestamp, message]) => ({ timestamp: MIDNIGHT + timestamp, message }))),
});
const MIDNIGHT = 1_760_054_400_000;

test("each match is a sample at its event's time, numbered like the event", () => {
  const { samples, defaults } = samplesOf(batch([1, "ERROR"], [2, "fine"], [60_001, "ERROR"]), [
    filter("ERROR", { unit: "Count" }),
  ]);
  const sample = { namespace: "n", metric: "m", dimensions: {}, unit: "Count", value: 1 };
  assert.deepEqual(samples, [
    { ...sample, timestamp: MIDNIGHT + 1, source: 64n },
    { ...sample, timestamp: MIDNIGHT + 60_001, source: 66n },
  ]);
  assert.deepEqual(defaults, []);
});

test("several filters see the same events", () => {
  const { samples } = samplesOf(batch([1, '{"latency": 3, "path": "/"}'], [2, '{"latency": "?", "path": "/"}']), [
    filter("{ $.latency = * }", { metricName: "latency", metricValue: "$.latency", dimensions: { Path: "$.path" } }),
    filter("", { metricName: "all" }),
  ]);
  assert.deepEqual(
    samples.map(({ metric, value, dimensions, unit }) => ({ metric, value, dimensions, unit })),
    [
      { metric: "latency", value: 3, dimensions: { Path: "/" }, unit: "None" },
      { metric: "all", value: 1, dimensions: {}, unit: "None" },
      { metric: "all", value: 1, dimensions: {}, unit: "None" },
    ],
  );
});

test("the default value is offered once for each minute with events of which none matched", () => {
  const { samples, defaults } = samplesOf(
    batch([1, "fine"], [2, "ERROR"], [60_000, "fine"], [60_001, "fine"], [180_000, "fine"]),
    [filter("ERROR", { defaultValue: 0, unit: "Count" }), filter("NEVER")],
  );
  assert.equal(samples.length, 1);
  const offer = { namespace: "n", metric: "m", dimensions: {}, unit: "Count", value: 0 };
  assert.deepEqual(defaults, [
    { ...offer, minute: MIDNIGHT + 60_000 },
    { ...offer, minute: MIDNIGHT + 180_000 },
  ]);
});

test("a match without a value is a match: no default takes its place", () => {
  const { samples, defaults } = samplesOf(batch([1, "GET x"]), [
    filter("[method, size]", { metricValue: "$size", defaultValue: 0 }),
  ]);
  assert.deepEqual([samples, defaults], [[], []]);
});
