import assert from "node:assert/strict";
import { test } from "node:test";
import type { Series } from "@nephoscope/charts";
import { nearestIndex, nearestTime, nextTime, valueAt } from "./nearest.ts";

const series = (timesMs: readonly number[], values: readonly number[] = timesMs): Series => ({
  label: "",
  color: undefined,
  unit: undefined,
  axis: "left",
  timesMs,
  values,
  periodMs: 10,
});

test("the nearest time is found, the earlier one only where it is nearer", () => {
  const f = (times: readonly number[], ms: number, expected: number | undefined) =>
    assert.equal(nearestIndex(times, ms), expected);
  f([], 5, undefined);
  f([10, 20, 30], -100, 0);
  f([10, 20, 30], 14, 0);
  f([10, 20, 30], 16, 1);
  f([10, 20, 30], 20, 1);
  f([10, 20, 30], 999, 2);
});

test("times are walked over all series", () => {
  const both = [series([10, 30]), series([20, 50])];
  assert.equal(nearestTime(both, 22), 20);
  assert.equal(nearestTime([], 22), undefined);
  const walked: number[] = [];
  for (let ms: number | undefined = 10; ms !== undefined; ms = nextTime(both, ms, 1)) walked.push(ms);
  assert.deepEqual(walked, [10, 20, 30, 50]);
  assert.equal(nextTime(both, 50, -1), 30);
  assert.equal(nextTime(both, 10, -1), undefined);
});

test("a series has a value in its own periods only", () => {
  assert.equal(valueAt(series([10, 40], [1, 4]), 15), 1);
  assert.equal(valueAt(series([10, 40], [1, 4]), 25), undefined);
});
