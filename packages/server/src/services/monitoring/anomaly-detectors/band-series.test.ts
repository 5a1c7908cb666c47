import assert from "node:assert/strict";
import { test } from "node:test";
import { bandSeries } from "./band-series.ts";
import { trainModel } from "./model/train.ts";

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const timestamps = Array.from({ length: 600 }, (_each, index) => START + index * MINUTE);
const model = trainModel({ timestamps, values: timestamps.map(() => 10), period: 60, until: START + 600 * MINUTE });
const of = { id: "m1", label: "CPU", period: 60, timestamps: [START + 90_000], values: [10] };

test("a band has a datapoint for every period, where the series' periods begin", () => {
  const [lower, upper] = bandSeries(model, of, { startMs: START, endMs: START + 4 * MINUTE }, 2);
  const expected = [0.5, 1.5, 2.5, 3.5].map((minutes) => START + minutes * MINUTE);
  assert.deepEqual([lower.timestamps, upper.timestamps], [expected, expected]);
  assert.deepEqual([lower.label, upper.label], ["CPU (lower)", "CPU (upper)"]);
  assert.ok(lower.values.every((value, index) => value < 10 && (upper.values[index] ?? 0) > 10));
});

test("without a model both sides are empty", () => {
  const [lower, upper] = bandSeries(undefined, of, { startMs: START, endMs: START + 4 * MINUTE }, 2);
  assert.deepEqual([lower.values, upper.values, lower.timestamps], [[], [], []]);
});

test("a range of too many periods is refused", () => {
  const range = { startMs: START, endMs: START + 500_001 * MINUTE };
  assert.throws(() => bandSeries(model, of, range, 2), /at most 500000/);
});
