import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chart, Series } from "@nephoscope/charts";
import { packChart, unpackChart } from "./packed-chart.ts";

const series = (label: string, points: number): Series => ({
  label,
  color: undefined,
  unit: "Bytes",
  axis: "left",
  timesMs: Array.from({ length: points }, (_, index) => index * 60_000),
  values: Array.from({ length: points }, (_, index) => index / 3),
  periodMs: 60_000,
});

const chart: Chart = {
  view: "timeSeries",
  width: 600,
  height: 400,
  theme: "light",
  title: "title",
  startMs: 0,
  endMs: 600_000,
  offsetMinutes: 90,
  stacked: false,
  legend: "bottom",
  axes: { left: { min: 0 } },
  series: [series("a", 3), { ...series("b", 0), course: { timesMs: [5], values: [6] } }, series("c", 2)],
  bands: [{ lower: series("l", 4), upper: series("u", 1), color: "#fff", label: "band" }],
  horizontal: [],
  vertical: [],
  sparkline: false,
  trend: false,
  fullPrecision: false,
  sliceLabels: true,
  table: { summary: [], showTimes: true },
};

test("a chart comes out as it went in", () => {
  const packed = packChart(chart);
  assert.equal(packed.numbers.length, 2 * (3 + 0 + 1 + 2 + 4 + 1));
  assert.deepEqual(unpackChart(structuredClone(packed)), chart);
});

test("what is sent beside the numbers has none of the points", () => {
  assert.ok(!JSON.stringify(packChart({ ...chart, series: [series("a", 1_000)] }).chart).includes("60000,"));
});
