import assert from "node:assert/strict";
import { test } from "node:test";
import { readImageWidget } from "@nephoscope/languages/dashboard-body";
import { readingOf, WidgetRefused } from "./widget-query.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function reading(properties: object) {
  const { widget, errors } = readImageWidget(JSON.stringify({ metrics: [["N", "M"]], ...properties }));
  assert.deepEqual(errors, []);
  assert.ok(widget !== undefined);
  return readingOf(widget, "eu-west-1", NOW);
}
const refused = (properties: object, message: RegExp) =>
  assert.throws(
    () => reading(properties),
    (error: unknown) => error instanceof WidgetRefused && message.test(error.message),
  );

test("three hours of averages of five minutes, where nothing is said", () => {
  const { queries, startMs, endMs, wholeRange } = reading({});
  assert.deepEqual({ startMs, endMs, wholeRange }, { startMs: NOW - 3 * HOUR, endMs: NOW, wholeRange: false });
  assert.deepEqual(queries, [
    {
      id: "row_1",
      region: "eu-west-1",
      accountId: undefined,
      label: undefined,
      plainLabel: "M",
      period: 300,
      visible: true,
      source: { kind: "metric", namespace: "N", metric: "M", dimensions: {}, stat: "Average", unit: undefined },
    },
  ]);
});

test("a row's own wishes come before the widget's", () => {
  const { queries } = reading({
    metrics: [
      ["N", "M", { period: 60, stat: "p99", region: "us-east-1" }],
      ["N", "M"],
    ],
    period: 3_600,
    stat: "Sum",
    region: "eu-north-1",
  });
  const shown = queries.map(({ period, region, source }) => [
    period,
    region,
    source.kind === "metric" ? source.stat : "",
  ]);
  assert.deepEqual(shown, [
    [60, "us-east-1", "p99"],
    [3_600, "eu-north-1", "Sum"],
  ]);
});

test("ids are the rows' own, and others beside them", () => {
  const { queries } = reading({
    metrics: [["N", "A", { id: "row_2" }], ["N", "B"], [{ expression: "row_2*2", id: "e1" }]],
  });
  assert.deepEqual(
    queries.map(({ id }) => id),
    ["row_2", "row_2_", "e1"],
  );
  refused(
    {
      metrics: [
        ["N", "A", { id: "m1" }],
        ["N", "B", { id: "m1" }],
      ],
    },
    /m1.*more than once/,
  );
});

test("rows without a label are called by what tells them apart", () => {
  const labels = (metrics: unknown[]) => reading({ metrics }).queries.map(({ plainLabel }) => plainLabel);
  assert.deepEqual(
    labels([
      ["N", "CPU", "I", "a"],
      ["...", "b"],
    ]),
    ["a", "b"],
  );
  assert.deepEqual(
    labels([
      ["N", "CPU", "I", "a"],
      [".", "Disk", ".", "."],
    ]),
    ["CPU", "Disk"],
  );
  assert.deepEqual(
    labels([
      ["N", "CPU", "I", "a"],
      [".", "Disk", ".", "b"],
    ]),
    ["a CPU", "b Disk"],
  );
  assert.deepEqual(
    labels([
      ["N", "M", { stat: "Sum" }],
      ["N", "M", { stat: "p99" }],
    ]),
    ["M Sum", "M p99"],
  );
  assert.deepEqual(
    labels([
      ["N", "M", "I", "a"],
      ["N", "M"],
    ]),
    ["a", "M"],
  );
  assert.deepEqual(labels([[{ expression: "1+1" }], [{ expression: "2", id: "e2" }]]), ["1+1", "e2"]);
});

test("old data is asked for in the periods that it is kept in", () => {
  const period = (start: string, own: number) => reading({ start, period: own }).queries[0]?.period;
  assert.equal(period("-PT2H", 10), 10);
  assert.equal(period("-PT6H", 10), 60);
  assert.equal(period("-P20D", 60), 300);
  assert.equal(period("-P20D", 900), 900);
  assert.equal(period("-P70D", 300), 3_600);
});

test("a range has an end after its start, and is no longer than metrics are kept", () => {
  refused({ start: "-PT1H", end: "-PT1H" }, /before its end/);
  refused({ start: "-P2Y" }, /455 days/);
  assert.equal(reading({ start: "-P30D" }).startMs, NOW - 30 * DAY);
});

test("more datapoints than can be drawn are refused", () => {
  refused({ start: "-P15D", period: 60, metrics: Array(100).fill(["N", "M"]) }, /longer period or a shorter range/);
});

test("one value of the whole range, where the view shows one", () => {
  assert.equal(reading({ view: "bar", setPeriodToTimeRange: true }).wholeRange, true);
  assert.equal(reading({ view: "timeSeries", setPeriodToTimeRange: true }).wholeRange, false);
});
