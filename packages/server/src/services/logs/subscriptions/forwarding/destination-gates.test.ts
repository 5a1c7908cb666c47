import assert from "node:assert/strict";
import { test } from "node:test";
import { destinationGates } from "./destination-gates.ts";

const entered = (gates: ReturnType<typeof destinationGates>, key: string, now: number) => {
  let count = 0;
  while (gates.enter(key, now) === undefined) count += 1;
  return count;
};

test("a destination that is well gets several lanes at once", () => {
  const gates = destinationGates();
  assert.equal(entered(gates, "a", 0), 4);
  gates.leave("a", "taken", 0);
  assert.equal(entered(gates, "a", 0), 1);
});

test("one that failed is left alone for longer and longer, then gets one lane, and all of them when that one succeeds", () => {
  const gates = destinationGates();
  let now = 0;
  const pauses: number[] = [];
  for (let failure = 0; failure < 9; failure++) {
    assert.equal(gates.enter("a", now), undefined);
    gates.leave("a", "failed", now);
    const closedUntil = gates.enter("a", now) ?? now;
    pauses.push(closedUntil - now);
    now = closedUntil;
  }
  assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(entered(gates, "a", now), 1);
  gates.leave("a", "taken", now);
  assert.equal(entered(gates, "a", now), 4);
});

test("what fails for several lanes at once is one failure", () => {
  const gates = destinationGates();
  assert.equal(entered(gates, "a", 0), 4);
  for (let lane = 0; lane < 4; lane++) gates.leave("a", "failed", 0);
  assert.equal(entered(gates, "a", 499), 0);
  assert.equal(entered(gates, "a", 500), 1);
});

test("a destination that fails holds up no other", () => {
  const gates = destinationGates();
  assert.equal(gates.enter("a", 0), undefined);
  gates.leave("a", "failed", 0);
  assert.equal(entered(gates, "a", 0), 0);
  assert.equal(entered(gates, "b", 0), 4);
});
