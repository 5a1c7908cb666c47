import assert from "node:assert/strict";
import { test } from "node:test";
import { readPartition } from "./partitions.ts";

const span = (value: string, days: number) => {
  const { startMs, endMs } = readPartition("7-20261101", value);
  assert.equal((endMs - startMs) / 86_400_000, days);
};

test("a partition covers a day, a week or a month by its retention", () => {
  span("(1,'2026-11-01')", 1);
  span("(30,'2026-11-01')", 1);
  span("(60,'2026-11-02')", 7);
  span("(180,'2026-11-02')", 7);
  span("(365,'2026-11-01')", 30);
  span("(0,'2026-12-01')", 31);
});

test("a partition of another form is an error, not a guess", () => {
  assert.throws(() => readPartition("x", "'2026-11-01'"), /unexpected partition/);
  assert.throws(() => readPartition("x'; DROP TABLE events; --", "(1,'2026-11-01')"), /unexpected partition/);
});
