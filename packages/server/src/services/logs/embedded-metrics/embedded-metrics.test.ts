import assert from "node:assert/strict";
import { test } from "node:test";
import { unitName } from "../../../platform/metrics/units.ts";
import { readEmbeddedMetrics } from "./embedded-metrics.ts";

const NOW = Date.UTC(2026, 2, 10);

const event = (directive: object, members: object = {}, aws: object = { Timestamp: NOW }) =>
  JSON.stringify({
    _aws: {
      ...aws,
      CloudWatchMetrics: [{ Namespace: "N", Dimensions: [["a"]], Metrics: [{ Name: "m" }], ...directive }],
    },
    a: "x",
    m: 1,
    ...members,
  });

/** What an event gives: each metric as `namespace name {dimensions} unit values`. */
function gives(message: string, metrics: string[], invalid = false) {
  const found = readEmbeddedMetrics(message, NOW);
  assert.ok(found !== undefined && found !== "unreadable");
  assert.deepEqual(
    found.metrics.map(
      ({ namespace, name, dimensions, unit, values }) =>
        `${namespace} ${name} ${JSON.stringify(dimensions)} ${unitName(unit)} ${values.join()}`,
    ),
    metrics,
  );
  assert.equal(found.invalid, invalid);
}

test("one metric for each set of dimensions and each definition", () => {
  gives(event({}), ['N m {"a":"x"} None 1']);
  gives(event({ Dimensions: [["a"], []], Metrics: [{ Name: "m", Unit: "Count" }, { Name: "n" }] }, { n: [1, 2] }), [
    'N m {"a":"x"} Count 1',
    "N m {} Count 1",
    'N n {"a":"x"} None 1,2',
    "N n {} None 1,2",
  ]);
});

test("targets are members of the root by their exact names", () => {
  gives(event({ Metrics: [{ Name: "b.c" }] }, { b: { c: 1 } }), [], true);
  gives(event({ Metrics: [{ Name: "b.c" }] }, { "b.c": 1 }), ['N b.c {"a":"x"} None 1']);
  gives(event({ Metrics: [{ Name: "constructor" }] }), [], true);
});

test("a fault drops the part that has it", () => {
  const good = ['N m {"a":"x"} None 1'];
  gives(event({ Metrics: [{ Name: "m" }, { Name: "missing" }] }), good, true);
  gives(event({ Metrics: [{ Name: "m" }, { Name: "t" }] }, { t: "text" }), good, true);
  gives(event({ Metrics: [{ Name: "m" }, { Name: "m", Unit: "Parsecs" }] }), good, true);
  gives(event({ Metrics: [{ Name: "m" }, { Name: "m", StorageResolution: 5 }] }), good, true);
  gives(event({ Dimensions: [["a"], ["missing"]] }), good, true);
  gives(event({ Dimensions: [["a"], ["n"]] }, { n: 5 }), good, true);
  gives(event({ Metrics: [{ Name: "m" }, { Name: "l" }] }, { l: Array.from({ length: 101 }, () => 1) }), good, true);
});

test("a directive without its parts is dropped", () => {
  gives(event({ Namespace: "" }), [], true);
  gives(event({ Namespace: ":n" }), [], true);
  gives(event({ Dimensions: [] }), [], true);
  gives(event({ Dimensions: undefined }), [], true);
  gives(event({ Metrics: "m" }), [], true);
  gives(event({ Dimensions: [Array.from({ length: 31 }, () => "a")] }), [], true);
});

test("the time is the format's own, and a time far away is a fault", () => {
  const timeOf = (aws: object) => {
    const found = readEmbeddedMetrics(event({}, {}, aws), NOW);
    return found === undefined || found === "unreadable" ? found : [found.timestamp, found.invalid];
  };
  assert.deepEqual(timeOf({ Timestamp: NOW - 5 }), [NOW - 5, false]);
  assert.deepEqual(timeOf({}), [undefined, false]);
  assert.deepEqual(timeOf({ Timestamp: "now" }), [undefined, true]);
  assert.deepEqual(timeOf({ Timestamp: NOW - 15 * 86_400_000 }), [undefined, true]);
  assert.deepEqual(timeOf({ Timestamp: NOW + 3 * 3_600_000 }), [undefined, true]);
});

test("other events are none of the format's", () => {
  for (const message of ["CloudWatchMetrics", "{}", '{"a":"CloudWatchMetrics"}', '{"CloudWatchMetrics":[]}', "[1]"])
    assert.equal(readEmbeddedMetrics(message, NOW), undefined, message);
  assert.equal(readEmbeddedMetrics('{"_aws":{"CloudWatchMetrics":[', NOW), "unreadable");
});
