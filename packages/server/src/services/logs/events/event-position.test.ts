import assert from "node:assert/strict";
import { test } from "node:test";
import { fromEventId, justAfter, justBefore, toEventId } from "./event-position.ts";

test("an id has 56 digits and gives its position back", () => {
  const position = { timestamp: 1_763_640_000_123, seq: (1_763_640_000_123n << 20n) + 5n };
  const id = toEventId(position);
  assert.equal(id.length, 56);
  assert.deepEqual(fromEventId(id), position);
});

test("ids sort as their events do", () => {
  const ids = [
    toEventId({ timestamp: 999, seq: 5n }),
    toEventId({ timestamp: 1_000, seq: 4n }),
    toEventId({ timestamp: 1_000, seq: 5n }),
  ];
  assert.deepEqual([...ids].sort(), ids);
});

test("the time stands above bit 144, as in the id that AWS's documentation shows", () => {
  // FilterLogEvents, API reference: an event of 1396035378988 ms.
  assert.equal(fromEventId("31132629274945519779805322857203735586714454643391594505")?.timestamp, 1_396_035_378_988);
});

test("text that is no id is told apart", () => {
  for (const text of ["", "12", "x".repeat(56), "9".repeat(57), "-".padEnd(56, "1")])
    assert.equal(fromEventId(text), undefined);
});

test("every position has a neighbour that can be written and read", () => {
  const f = (timestamp: number, seq: bigint) => {
    for (const position of [justBefore({ timestamp, seq }), justAfter({ timestamp, seq })])
      assert.notEqual(fromEventId(toEventId(position)), undefined, `${timestamp} ${seq}`);
  };
  f(0, 0n);
  f(1, 0n);
  f(5, (1n << 64n) - 1n);
  f(2 ** 63, 0n);
});
