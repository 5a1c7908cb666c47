import assert from "node:assert/strict";
import { test } from "node:test";
import { columnWidths } from "./column-widths.ts";
import { emptyResult, withRows } from "./result-model.ts";

const row = (values: Record<string, string>) => Object.entries(values).map(([field, value]) => ({ field, value }));

test("a column is as wide as its values ask for, within bounds", () => {
  const result = withRows(emptyResult(["n", "time", "text", "stream"]), [
    row({ n: "1", time: "2026-01-01 00:00:00.000", text: "x".repeat(10_000), stream: "s".repeat(100) }),
    row({ n: "22" }),
  ]);
  const { px, flexible } = columnWidths(result);
  const [n = 0, time = 0, text = 0, stream = 0] = px;
  assert.equal(n, 72);
  assert.ok(time > 190 && time < 210, String(time));
  assert.deepEqual([text, stream], [340, 240]);
  assert.equal(flexible, 2);
});

test("the message takes what is left of the width, else the longest column", () => {
  const f = (columns: string[], expected: number) =>
    assert.equal(columnWidths(emptyResult(columns)).flexible, expected);
  f(["@timestamp", "@message", "@logStreamWithALongName"], 1);
  f(["a", "long name", "b"], 1);
  f([], -1);
});
