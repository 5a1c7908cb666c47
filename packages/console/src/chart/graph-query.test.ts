import assert from "node:assert/strict";
import { test } from "node:test";
import { chartOf, graphQueries } from "./graph-query.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const span = { startMs: NOW - 3_600_000, endMs: NOW };
const where = { region: "us-east-1", span, nowMs: NOW };

test("rows become queries: shorthand written out, options over the widget's, hidden rows only read", () => {
  const queries = graphQueries(
    {
      period: 60,
      stat: "Sum",
      metrics: [
        ["AWS/EC2", "CPU", "InstanceId", "i-1", { id: "a", visible: false }],
        ["...", "i-2", { stat: "p99", period: 30, region: "eu-west-1" }],
        [{ expression: "a*2", label: "twice" }],
      ],
    },
    where,
  );
  assert.deepEqual(
    queries.map(({ region, request }) => [region, request]),
    [
      [
        "us-east-1",
        {
          Id: "a",
          ReturnData: false,
          MetricStat: {
            Metric: { Namespace: "AWS/EC2", MetricName: "CPU", Dimensions: [{ Name: "InstanceId", Value: "i-1" }] },
            Period: 60,
            Stat: "Sum",
          },
        },
      ],
      [
        "eu-west-1",
        {
          Id: "row_2",
          ReturnData: true,
          MetricStat: {
            Metric: { Namespace: "AWS/EC2", MetricName: "CPU", Dimensions: [{ Name: "InstanceId", Value: "i-2" }] },
            Period: 30,
            Stat: "p99",
          },
        },
      ],
      ["us-east-1", { Id: "row_3", ReturnData: true, Label: "twice", Expression: "a*2", Period: 60 }],
    ],
  );
});

test("periods are no shorter than what is kept for the age, and make lines that can be seen", () => {
  const f = (hours: number, period: number, keepPeriods: boolean, expected: number) =>
    assert.equal(
      graphQueries(
        { period, metrics: [["N", "m"]] },
        { ...where, span: { startMs: NOW - hours * 3_600_000, endMs: NOW }, keepPeriods },
      )[0]?.period,
      expected,
    );
  f(1, 10, false, 10);
  f(4, 10, false, 60);
  f(24, 60, false, 60);
  f(48, 60, false, 300);
  f(48, 60, true, 60);
  f(24 * 20, 60, true, 300);
});

test("a value of the whole range is one period that begins with it, whatever the minute", () => {
  const f = (hours: number, ms: number, expected: number) => {
    const given = { startMs: NOW + ms - hours * 3_600_000, endMs: NOW + ms };
    const [query] = graphQueries(
      { view: "singleValue", setPeriodToTimeRange: true, period: 300, metrics: [["N", "m"]] },
      { ...where, span: given, nowMs: NOW + ms },
    );
    const { startMs = 0, endMs = 0 } = query?.whole ?? {};
    assert.deepEqual([query?.period, endMs - startMs], [expected, expected * 1_000]);
    assert.ok(startMs <= given.startMs && endMs >= given.endMs);
  };
  f(3, 0, 10_800);
  f(3, 12_345, 10_860);
  f(24 * 20, 61_000, 24 * 20 * 3_600 + 300);
});

test("a row's answers are drawn in its colour on its axis; two of a band are an area", () => {
  const properties = {
    metrics: [
      ["N", "m", { id: "m1", color: "#ff0000", yAxis: "right" }],
      [{ expression: "ANOMALY_DETECTION_BAND(m1)", id: "b" }],
    ],
    annotations: { horizontal: [{ value: 2, label: "limit" }] },
  } as const;
  const chart = chartOf(
    properties,
    graphQueries(properties, where),
    [
      { Id: "b", Timestamps: [1], Values: [9] },
      { Id: "b", Timestamps: [1], Values: [3] },
      { Id: "m1", Timestamps: [1], Values: [5], StatusCode: "PartialData" },
    ],
    { span, nowMs: NOW, dark: false, offsetMinutes: 0, width: 1, height: 1 },
  );
  const [line] = chart.series;
  assert.deepEqual(
    [chart.series.length, line?.color, line?.axis, line?.timesMs, line?.incomplete],
    [1, "#ff0000", "right", [1000], true],
  );
  assert.deepEqual([chart.bands[0]?.lower.values, chart.bands[0]?.upper.values], [[3], [9]]);
  assert.deepEqual(chart.horizontal[0], {
    value: 2,
    to: undefined,
    label: "limit",
    color: undefined,
    fill: "none",
    axis: "left",
  });
});
