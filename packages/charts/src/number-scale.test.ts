import assert from "node:assert/strict";
import { test } from "node:test";
import { numberScale } from "./number-scale.ts";

const is = (low: number, high: number, wanted: number, ticks: number[], fixed = {}) => {
  const scale = numberScale(low, high, wanted, fixed);
  assert.deepEqual(scale.ticks, ticks);
};

test("ticks are round numbers around the data", () => {
  is(0, 97, 5, [0, 20, 40, 60, 80, 100]);
  is(0, 1, 4, [0, 0.25, 0.5, 0.75, 1]);
  is(13, 17.5, 5, [13, 14, 15, 16, 17, 18]);
  is(-30, 12, 4, [-40, -20, 0, 20]);
  is(0.1, 0.35, 3, [0.1, 0.2, 0.3, 0.4]);
  is(2_100_000, 3_050_000, 4, [2_000_000, 2_250_000, 2_500_000, 2_750_000, 3_000_000, 3_250_000]);
});

test("an end that is asked for stays where it is", () => {
  is(3, 80, 5, [0, 20, 40, 60, 80, 100], { min: 0, max: 100 });
  assert.equal(numberScale(3, 80, 5, { min: 2 }).min, 2);
  assert.equal(numberScale(3, 80, 5, { max: 50 }).max, 50);
});

test("one number has room around it", () => {
  is(0, 0, 2, [0, 0.5, 1]);
  is(10, 10, 2, [5, 10, 15]);
  is(-4, -4, 2, [-6, -4, -2]);
});

test("what is asked for may have no extent, or contradict the data", () => {
  for (const [low, high, fixed] of [
    [0, 1, { min: 5 }],
    [0, 1, { max: -5 }],
    [7, 7, { min: 7 }],
    [7, 7, { max: 7 }],
  ] as const) {
    const { min, max, ticks } = numberScale(low, high, 4, fixed);
    assert.ok(min < max);
    assert.ok(ticks.length > 0 && ticks.every((tick) => tick >= min && tick <= max));
  }
});

test("numbers of any size have a few ticks", () => {
  for (const [low, high] of [
    [0, 2 ** 360],
    [-(2 ** 360), 2 ** 360],
    [0, 1e-300],
    [1e15, 1e15 + 1],
    [1, 1 + Number.EPSILON],
  ] as const) {
    const { ticks, min, max } = numberScale(low, high, 5);
    assert.ok(ticks.length >= 1 && ticks.length <= 12, `${ticks}`);
    assert.ok(Number.isFinite(min) && Number.isFinite(max) && min <= low && max >= high);
  }
});
