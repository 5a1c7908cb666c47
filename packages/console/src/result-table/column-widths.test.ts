import assert from "node:assert/strict";
import { test } from "node:test";
import { columnWidths } from "./column-widths.ts";
import { emptyResult, withRows } from "./result-model.ts";

test("a column is as wide as its values ask for, within bounds", () => {
  const row = (values: Record<string, string>) => Object.entries(values).map(([field, value]) => ({ field, value }));
  const result = withRows(emptyResult(["n", "time", "text"]), [
    row({ n: "1", time: "2026-01-01 00:00:00.000", text: "x".repeat(10_000) }),
    row({ n: "22" }),
  ]);
  const [n = 0, time = 0, text = 0] = columnWidths(result);
  assert.equal(n, 72);
  assert.ok(time > 190 && time < 230, String(time));
  assert.equal(text, 480);
  assert.deepEqual(columnWidths(emptyResult([])), []);
});
