import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "./virtual-clock.ts";

test("timers run at their own time, in order, as time is moved", async () => {
  const clock = virtualClock(1_000);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b@${clock.now()}`));
  clock.after(10, () => seen.push(`a@${clock.now()}`));
  await clock.advance(15);
  assert.deepEqual(seen, ["a@1010"]);
  await clock.advance(10);
  assert.deepEqual(seen, ["a@1010", "b@1020"]);
  assert.equal(clock.now(), 1_025);
});

test("a cancelled timer never runs", async () => {
  const clock = virtualClock(0);
  let ran = false;
  const cancel = clock.after(5, () => {
    ran = true;
  });
  cancel();
  cancel();
  await clock.advance(100);
  assert.equal(ran, false);
});

test("a timer that sets the next one repeats", async () => {
  const clock = virtualClock(0);
  let runs = 0;
  const again = () => {
    runs++;
    clock.after(10, again);
  };
  clock.after(10, again);
  await clock.advance(100);
  assert.equal(runs, 10);
});
