import assert from "node:assert/strict";
import { test } from "node:test";
import { withCells, withoutWidget, withPut, withWidget } from "./edit-body.ts";

const BODY = JSON.stringify({
  start: "-PT3H",
  widgets: [
    { type: "a", y: 2, height: 3 },
    { type: "b", more: [1] },
  ],
});
const widgetsOf = (text: string) => JSON.parse(text).widgets;

test("what is not changed stays as it was written", () => {
  const cell = { x: 1, y: 2, width: 3, height: 4 };
  assert.deepEqual(JSON.parse(withCells(BODY, [cell, cell])), {
    start: "-PT3H",
    widgets: [
      { type: "a", ...cell },
      { type: "b", more: [1], ...cell },
    ],
  });
  assert.deepEqual(widgetsOf(withoutWidget(BODY, 0)), [{ type: "b", more: [1] }]);
  assert.deepEqual(widgetsOf(withPut(BODY, 1, { type: "c" }))[1], { type: "c" });
  assert.deepEqual(widgetsOf(withWidget(BODY, (y) => ({ y })))[2], { y: 5 });
});

test("what is no body is refused", () => {
  assert.throws(() => withoutWidget("[]", 0), /no JSON object/);
  assert.throws(() => withCells('{"widgets":1}', []), /no list/);
});
