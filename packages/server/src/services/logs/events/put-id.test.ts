import assert from "node:assert/strict";
import { test } from "node:test";
import { putIdOf } from "./put-id.ts";

const call = { accessKeyId: "AKIA1", invocationId: "5b1e", bodySha256: "ab" };

test("a retry has the id of its call; another call, key or body has another", () => {
  assert.equal(putIdOf(call), putIdOf({ ...call }));
  for (const other of [
    { ...call, invocationId: "5b1f" },
    { ...call, accessKeyId: "AKIA2" },
    { ...call, bodySha256: "ac" },
  ]) {
    assert.notEqual(putIdOf(other), putIdOf(call));
  }
});

test("without an id from the client every call is its own", () => {
  assert.notEqual(putIdOf({ ...call, invocationId: undefined }), putIdOf({ ...call, invocationId: undefined }));
});

test("the low 14 bits are free for the event's index", () => {
  assert.equal(putIdOf(call) & 0x3fffn, 0n);
  assert.ok(putIdOf(call) < 1n << 64n);
});
