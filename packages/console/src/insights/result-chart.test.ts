import assert from "node:assert/strict";
import { test } from "node:test";
import { drawChart, svgText } from "@nephoscope/charts";
import { resultChart } from "./result-chart.ts";

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const lines = [
  { label: "a", timesMs: [NOON - MINUTE, NOON, NOON + 3 * MINUTE], values: [1, 2, 3] },
  { label: "b", timesMs: [NOON], values: [4] },
];
const options = {
  lines,
  span: { startMs: NOON - 30_000, endMs: NOON + 5 * MINUTE - 1 },
  binMs: MINUTE,
  zone: "Asia/Kolkata",
  theme: "light",
} as const;
const SIZE = { width: 800, height: 300 };

test("lines keep their points, with gaps where bins have no events, over the range that was asked", () => {
  const chart = resultChart({ ...options, kind: "area" });
  assert.deepEqual(
    [chart.view, chart.stacked, chart.startMs, chart.endMs, chart.offsetMinutes],
    ["timeSeries", true, NOON - MINUTE, NOON + 5 * MINUTE, 330],
  );
  assert.deepEqual(
    chart.series.map(({ label, timesMs, values, periodMs }) => ({ label, timesMs, values, periodMs })),
    lines.map((line) => ({ ...line, periodMs: MINUTE })),
  );
});

test("a pie has a slice for each line's sum, and of a single line one for each bin in the zone", () => {
  const slices = (kept: typeof lines) =>
    resultChart({ ...options, lines: kept, kind: "pie" }).series.map(({ label, values }) => [label, ...values]);
  assert.deepEqual(slices(lines), [
    ["a", 6],
    ["b", 4],
  ]);
  assert.deepEqual(slices(lines.slice(1)), [["2026-01-01 17:30:00", 4]]);
});

test("what is made can be drawn", () => {
  for (const kind of ["line", "area", "pie"] as const) {
    assert.match(svgText(drawChart({ ...resultChart({ ...options, kind }), ...SIZE })), /^<svg/);
    assert.match(svgText(drawChart({ ...resultChart({ ...options, kind, lines: [] }), ...SIZE })), /^<svg/);
  }
});
