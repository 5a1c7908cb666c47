import assert from "node:assert/strict";
import { test } from "node:test";
import { rowMemory } from "./row-memory.ts";

test("memory that was given back is used again", () => {
  const memory = rowMemory();
  const first = memory.take(1_000_000);
  assert.ok(first.length >= 1_000_000);
  memory.give(first.subarray(0, 10));
  assert.equal(memory.take(900_000).buffer, first.buffer);
});

test("memory in use is nobody else's", () => {
  const memory = rowMemory();
  assert.notEqual(memory.take(1_000_000).buffer, memory.take(1_000_000).buffer);
});

test("small and very large ones are not kept", () => {
  const memory = rowMemory();
  for (const bytes of [10, 3_000_000]) {
    const buffer = memory.take(bytes);
    assert.ok(buffer.length >= bytes);
    memory.give(buffer);
    assert.notEqual(memory.take(bytes).buffer, bytes === 10 ? undefined : buffer.buffer);
  }
});
