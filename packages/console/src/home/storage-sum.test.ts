import assert from "node:assert/strict";
import { test } from "node:test";
import { sumStorage } from "./storage-sum.ts";

test("sizes are summed, and the largest groups named, empty ones not", () => {
  const groups = [3, 0, 9, 1, 5, 7, 8].map((storedBytes) => ({ logGroupName: `g${storedBytes}`, storedBytes }));
  const sum = sumStorage(groups, true);
  assert.deepEqual([sum.groups, sum.bytes, sum.more], [7, 33, true]);
  assert.deepEqual(
    sum.largest.map(({ name }) => name),
    ["g9", "g8", "g7", "g5", "g3"],
  );
  assert.deepEqual(sumStorage([{ logGroupName: "empty" }], false).largest, []);
});
