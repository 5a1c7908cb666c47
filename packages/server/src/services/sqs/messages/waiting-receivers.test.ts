import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { waitingReceivers } from "./waiting-receivers.ts";

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a message wakes one receiver of its queue; the others wait until their time", async () => {
  const clock = virtualClock(0);
  const receivers = waitingReceivers(clock);
  const woken: string[] = [];
  const wait = (name: string, queueId: number) =>
    receivers.wait(queueId, 20_000, never).then(() => woken.push(`${name} at ${clock.now()}`));
  const all = [wait("first", 1), wait("second", 1), wait("other", 2)];
  receivers.wake(1);
  await turn();
  assert.deepEqual(woken, ["first at 0"]);
  receivers.wake(3);
  await clock.advance(20_000);
  await Promise.all(all);
  assert.deepEqual(woken.slice(1).sort(), ["other at 20000", "second at 20000"]);
});

test("a receiver whose client goes away stops waiting", async () => {
  const receivers = waitingReceivers(virtualClock(0));
  const gone = new AbortController();
  const waiting = receivers.wait(1, 20_000, gone.signal);
  gone.abort();
  await waiting;
  await receivers.wait(1, 20_000, gone.signal);
});
