import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBatch } from "./event-encoding.ts";
import { eventsOf } from "./events.ts";
import { without } from "./missing-events.ts";

const batch: EventBatch = {
  groupId: 1,
  table: "events",
  logStreamName: "s",
  retention: 0,
  firstSeq: 1000n,
  firstPut: 64n,
  events: eventsOf(["a", "bb", "ccc", "dddd"].map((message, i) => ({ timestamp: i, message }))),
  bytes: 10,
};

function left(stored: bigint[], expected: [firstSeq: bigint, messages: string, bytes: number][]) {
  assert.deepEqual(
    without(batch, new Set(stored)).map((run) => [
      run.firstSeq,
      Array.from({ length: run.events.length }, (_, i) => run.events.message(i)).join(),
      run.bytes,
    ]),
    expected,
  );
}

test("what is stored is left out, and the rest keeps its numbers", () => {
  left([], [[1000n, "a,bb,ccc,dddd", 10]]);
  left([64n], [[1001n, "bb,ccc,dddd", 9]]);
  left([67n], [[1000n, "a,bb,ccc", 6]]);
  left(
    [65n, 66n],
    [
      [1000n, "a", 1],
      [1003n, "dddd", 4],
    ],
  );
  left([64n, 65n, 66n, 67n], []);
});
