import assert from "node:assert/strict";
import { test } from "node:test";
import { readImageWidget } from "@nephoscope/languages/dashboard-body";
import type { MetricIndex } from "../../../platform/metrics/metric-index.ts";
import type { MetricQuery, MetricReader, TimeRange } from "../../../platform/metrics/metric-reader.ts";
import { evaluatedSeries } from "./evaluated-series.ts";
import { readingOf, WidgetRefused } from "./widget-query.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 2, 30);
const MINUTE = 60_000;

/** A store in which each metric has its name's length as value in each period. */
function store() {
  const asked: { query: MetricQuery; range: TimeRange }[] = [];
  const reader: MetricReader = {
    async read(queries, range) {
      return queries.map((query) => {
        asked.push({ query, range });
        const timestamps: number[] = [];
        for (let ms = range.startMs; ms < range.endMs; ms += query.period * 1_000) timestamps.push(ms);
        const values = timestamps.map(() => query.metric.length);
        return { unit: "Bytes" as const, units: ["Bytes" as const], timestamps, values, sampleCounts: values };
      });
    },
  };
  const index: MetricIndex = { page: async () => ({ metrics: [], next: undefined }) };
  return { asked, series: evaluatedSeries({ reader, index }) };
}

async function read(properties: object) {
  const { asked, series } = store();
  const { widget } = readImageWidget(JSON.stringify(properties));
  assert.ok(widget !== undefined);
  const reading = readingOf(widget, "us-east-1", NOW);
  const found = await series.read({
    account: "111122223333",
    region: "us-east-1",
    ...reading,
    offsetMinutes: 0,
    nowMs: NOW,
  });
  return { asked, found };
}

test("series have their label, unit and values, in the order of the rows", async () => {
  const { found } = await read({
    metrics: [
      ["N", "ab", "D", "x"],
      ["...", "y", { label: "second \u0024{MAX}" }],
    ],
    start: "-PT10M",
  });
  assert.deepEqual(
    found.map(({ label, unit, values }) => [label, unit, values]),
    [
      ["x", "Bytes", [2, 2, 2]],
      ["second 2", "Bytes", [2, 2, 2]],
    ],
  );
});

test("datapoints are of whole periods around the range", async () => {
  const { asked } = await read({ metrics: [["N", "M"]], start: "-PT10M", period: 300 });
  assert.deepEqual(
    asked.map(({ range }) => range),
    [{ startMs: Date.UTC(2026, 10, 21, 11, 50), endMs: Date.UTC(2026, 10, 21, 12, 5) }],
  );
});

test("hidden rows are operands only", async () => {
  const { found } = await read({
    metrics: [["N", "abc", { id: "m1", visible: false }], [{ expression: "m1*2", label: "twice" }]],
    start: "-PT5M",
    period: 60,
  });
  assert.deepEqual(
    found.map(({ label }) => label),
    ["twice"],
  );
  assert.ok(found[0]?.values.every((value) => value === 6));
});

test("rows of other regions are read there", async () => {
  const { asked, found } = await read({
    metrics: [
      ["N", "a"],
      ["N", "bb", { region: "eu-west-1" }],
      ["N", "ccc"],
    ],
  });
  assert.deepEqual(asked.map(({ query }) => [query.metric, query.region]).sort(), [
    ["a", "us-east-1"],
    ["bb", "eu-west-1"],
    ["ccc", "us-east-1"],
  ]);
  assert.deepEqual(
    found.map(({ label }) => label),
    ["a", "bb", "ccc"],
  );
});

test("one value of the whole range is one period", async () => {
  const { asked, found } = await read({
    metrics: [["N", "M", { stat: "p90" }]],
    view: "singleValue",
    setPeriodToTimeRange: true,
    start: "-PT3H",
  });
  assert.deepEqual(
    asked.map(({ query, range }) => query.period * 1_000 === range.endMs - range.startMs),
    [true],
  );
  assert.ok((asked[0]?.range.endMs ?? 0) - NOW < 5 * MINUTE);
  assert.equal(found[0]?.values.length, 1);
});

test("what can't be read is told by name", async () => {
  const refused = (properties: object, message: RegExp) =>
    assert.rejects(read(properties), (error: unknown) => error instanceof WidgetRefused && message.test(error.message));
  await refused({ metrics: [[{ expression: "m1 +", id: "e1" }]] }, /e1|m1/);
  await refused({ metrics: [["N", "M", { unit: "Apples" }]] }, /"Apples" is not a unit/);
});

test("another account's metrics are missing, and the picture says that something is", async () => {
  const { found } = await read({ metrics: [["N", "M", { accountId: "999988887777" }]] });
  assert.deepEqual(
    found.map(({ incomplete, values }) => ({ incomplete, values })),
    [{ incomplete: true, values: [] }],
  );
});
