import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsOf, changed, settled } from "./layout.ts";

test("widgets without a place follow one another in rows of 24 columns", () => {
  const places = cellsOf([
    { width: 12, height: 4 },
    { width: 12, height: 6 },
    { width: 6 },
    { x: 3, y: 9, width: 2, height: 1 },
  ]);
  assert.deepEqual(
    places.map(({ x, y }) => [x, y]),
    [
      [0, 0],
      [12, 0],
      [0, 6],
      [3, 9],
    ],
  );
});

test("a widget stays on the grid when it is moved or made larger", () => {
  const cell = { x: 20, y: 0, width: 4, height: 3 };
  assert.deepEqual(changed(cell, "move", 5, -2), cell);
  assert.deepEqual(changed(cell, "move", -2, 4), { ...cell, x: 18, y: 4 });
  assert.deepEqual(changed(cell, "resize", 5, -9), { ...cell, height: 1 });
});

test("what a moved widget would lie over goes below it", () => {
  const box = (x: number, y: number) => ({ x, y, width: 6, height: 6 });
  assert.deepEqual(settled([box(0, 0), box(0, 6), box(6, 0)], 2), [box(0, 0), box(0, 6), box(6, 0)]);
  assert.deepEqual(settled([box(0, 0), box(0, 6), box(3, 3)], 2), [box(0, 9), box(0, 15), box(3, 3)]);
});
