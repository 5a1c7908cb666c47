import assert from "node:assert/strict";
import { test } from "node:test";
import { plotted } from "./chart-scale.ts";

const line = (label: string, points: Record<number, number>) => ({
  label,
  timesMs: Object.keys(points).map(Number),
  values: Object.values(points),
});

test("lines are put on a common row of times", () => {
  const { timesMs, values, high, low } = plotted([line("a", { 10: 1, 30: 3 }), line("b", { 20: 17 })], "line");
  assert.deepEqual(timesMs, [10, 20, 30]);
  assert.deepEqual(values, [
    [1, undefined, 3],
    [undefined, 17, undefined],
  ]);
  assert.deepEqual([low, high], [0, 20]);
});

test("stacked values lie on one another, on both sides of zero", () => {
  const { edges, high, low } = plotted(
    [line("a", { 1: 2, 2: -1 }), line("b", { 1: 3, 2: -4 }), line("c", { 1: 1 })],
    "bar",
  );
  assert.deepEqual(edges, [
    [
      [0, 2],
      [0, -1],
    ],
    [
      [2, 5],
      [-1, -5],
    ],
    [[5, 6], undefined],
  ]);
  assert.deepEqual([low, high], [-5, 6]);
});

test("a missing value makes no hole in an area", () => {
  const { edges } = plotted([line("a", { 1: 2, 2: 4 }), line("b", { 1: 3 }), line("c", { 2: 5 })], "area");
  assert.deepEqual(edges, [
    [
      [0, 2],
      [0, 4],
    ],
    [
      [2, 5],
      [4, 4],
    ],
    [
      [5, 5],
      [4, 9],
    ],
  ]);
});

test("a scale has a length whatever there is to draw", () => {
  const f = (points: Record<number, number>, expected: [number, number]) => {
    const { low, high } = plotted([line("a", points)], "line");
    assert.deepEqual([low, high], expected);
  };
  f({}, [0, 1]);
  f({ 1: 0 }, [0, 1]);
  f({ 1: 0.02 }, [0, 0.02]);
  f({ 1: -3 }, [-3, 0]);
});
