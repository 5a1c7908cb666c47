import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../clock/virtual-clock.ts";
import { startJobs } from "./jobs.ts";

test("a job runs at its times, and goes on after a failure that is logged", async () => {
  const clock = virtualClock(0);
  const logged: unknown[] = [];
  const jobs = startJobs(clock, (_level, message, fields) => logged.push([message, fields?.job]));
  const runs: number[] = [];
  jobs.every("tidy", 100, async () => {
    runs.push(clock.now());
    if (runs.length === 1) throw new Error("disk full");
  });
  for (let i = 0; i < 5; i++) await clock.advance(60);
  assert.deepEqual(runs, [100, 200, 300]);
  assert.deepEqual(logged, [["background job failed", "tidy"]]);
});

test("runs never overlap, and closing waits for the one under way", async () => {
  const clock = virtualClock(0);
  const jobs = startJobs(clock, () => {});
  let running = 0;
  let most = 0;
  let finish = () => {};
  const runNow = jobs.every("slow", 10, async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    running--;
  });
  const first = runNow();
  await clock.advance(50);
  void runNow();
  let closed = false;
  const closing = jobs.close().then(() => {
    closed = true;
  });
  await clock.advance(50);
  assert.equal(closed, false);
  finish();
  await Promise.all([first, closing]);
  assert.equal(most, 1);
});
