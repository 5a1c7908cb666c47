import assert from "node:assert/strict";
import { test } from "node:test";
import type { Series } from "./chart.ts";
import { pathBetween, pathThrough, runs } from "./points.ts";
import { stackOf } from "./stack.ts";

function series(points: readonly (readonly [number, number])[], periodMs = 60): Series {
  const timesMs = points.map(([ms]) => ms);
  const values = points.map(([, value]) => value);
  return { label: "", color: undefined, unit: undefined, axis: "left", timesMs, values, periodMs };
}
const same = (number: number) => number;

test("a line breaks where a period is missing", () => {
  const found = runs(
    series([
      [0, 1],
      [60, 2],
      [180, 3],
      [240, 4],
    ]),
    same,
    same,
  );
  assert.deepEqual(
    found.map((run) => run.map(({ x }) => x)),
    [
      [0, 60],
      [180, 240],
    ],
  );
});

test("what is no number is a gap", () => {
  const found = runs(
    series([
      [0, 1],
      [60, Number.NaN],
      [120, 3],
    ]),
    same,
    same,
  );
  assert.deepEqual(
    found.map((run) => run.map(({ x }) => x)),
    [[0], [120]],
  );
});

test("a column of pixels keeps its first, lowest, highest and last", () => {
  const points = Array.from({ length: 100 }, (_, index) => [index, index === 40 ? -9 : index === 60 ? 99 : 5] as const);
  const [run = []] = runs(series(points), (ms) => ms / 100, same);
  assert.deepEqual(
    run.map(({ x }) => Math.round(x * 100)),
    [0, 40, 60, 99],
  );
});

test("many points over few pixels are few points", () => {
  const points = Array.from({ length: 100_000 }, (_, index) => [index, index % 7] as const);
  const [run = []] = runs(series(points), (ms) => (ms / 100_000) * 500, same);
  assert.ok(run.length <= 2_000);
});

test("paths", () => {
  assert.equal(
    pathThrough([
      { x: 0, y: 1.005 },
      { x: 2.5, y: 3 },
    ]),
    "M0 1L2.5 3",
  );
  assert.equal(
    pathBetween(
      [
        { x: 0, y: 0 },
        { x: 9, y: 0 },
      ],
      [
        { x: 0, y: 5 },
        { x: 9, y: 5 },
      ],
    ),
    "M0 0L9 0L9 5L0 5Z",
  );
});

test("stacked series stand on one another; a missing value adds nothing", () => {
  const { timesMs, layers } = stackOf(
    [
      series([
        [0, 1],
        [60, 2],
      ]),
      series([
        [60, 10],
        [120, 20],
      ]),
    ],
    100,
  );
  assert.deepEqual(timesMs, [0, 60, 120]);
  assert.deepEqual(
    layers.map(({ upper }) => upper),
    [
      [1, 2, 0],
      [1, 12, 20],
    ],
  );
  assert.deepEqual(
    layers.map(({ lower }) => lower),
    [
      [0, 0, 0],
      [1, 2, 0],
    ],
  );
});

test("a stack of more times than pixels is one of means", () => {
  const points = Array.from({ length: 1_000 }, (_, index) => [index * 60, index % 2 === 0 ? 0 : 10] as const);
  const { timesMs, layers } = stackOf([series(points)], 100);
  assert.equal(timesMs.length, 100);
  assert.ok(layers[0]?.upper.every((value) => value === 5));
});
