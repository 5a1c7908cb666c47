import assert from "node:assert/strict";
import { test } from "node:test";
import { readPointer, writePointer } from "./log-record-pointer.ts";

test("a pointer gives its event back", () => {
  const pointer = { groupId: 7, timestamp: 1_763_640_000_123, seq: 1_849_268_000_000_000_005n };
  assert.deepEqual(readPointer(writePointer(pointer)), pointer);
});

test("text that is no pointer is told apart", () => {
  for (const text of ["", "x", Buffer.from("1:2").toString("base64"), Buffer.from("a:b:c").toString("base64")]) {
    assert.equal(readPointer(text), undefined);
  }
});
