import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyResult, withRows } from "./result-model.ts";

const row = (fields: Record<string, string>) => Object.entries(fields).map(([field, value]) => ({ field, value }));

test("fields go to the columns of the plan, whatever a row leaves out", () => {
  const result = withRows(emptyResult(["a", "b", "c"]), [row({ a: "1", c: "3" }), row({ b: "2" })]);
  assert.deepEqual(result.columns, ["a", "b", "c"]);
  assert.deepEqual(
    result.rows.map(({ values }) => values),
    [
      ["1", undefined, "3"],
      [undefined, "2", undefined],
    ],
  );
});

test("a field that no plan told becomes a column behind the others", () => {
  const first = withRows(emptyResult(["a"]), [row({ a: "1" })]);
  const both = withRows(first, [row({ x: "9", a: "2" })]);
  assert.deepEqual(both.columns, ["a", "x"]);
  assert.deepEqual(
    both.rows.map(({ values }) => values),
    [["1"], ["2", "9"]],
  );
  assert.deepEqual(first.columns, ["a"]);
});

test("the pointer is kept beside the values and is no column", () => {
  const result = withRows(emptyResult(["@message", "@ptr"]), [row({ "@message": "hello", "@ptr": "MTox" })]);
  assert.deepEqual(result.columns, ["@message"]);
  assert.deepEqual(result.rows, [{ values: ["hello"], pointer: "MTox" }]);
  assert.equal(result.size, 9);
});

test("names of objects' own members are fields like any other", () => {
  const result = withRows(emptyResult([]), [row({ constructor: "a", ["__proto__"]: "b", toString: "c" })]);
  assert.deepEqual(result.columns, ["constructor", "__proto__", "toString"]);
});
