import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyResult, withRows } from "./result-model.ts";
import { rowOrder } from "./row-order.ts";

test("rows are ordered by a column, missing values last", () => {
  const values = ["10", "9", undefined, "b", "B", "-1.5", "9"];
  const result = withRows(
    emptyResult(["v"]),
    values.map((value) => [{ field: "v", value }]),
  );
  const f = (descending: boolean, expected: number[]) =>
    assert.deepEqual([...rowOrder(result, { column: 0, descending })], expected);
  f(false, [4, 3, 5, 1, 6, 0, 2]);
  f(true, [0, 1, 6, 5, 3, 4, 2]);
});
