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

test("what became of a job is told: running, how its last run ended, how many failed", async () => {
  const clock = virtualClock(0);
  const jobs = startJobs(clock, () => {});
  let run: () => Promise<void> = async () => {
    throw new Error("disk full");
  };
  const joined = jobs.every("tidy", 100, () => run());
  const waits = { name: "tidy", everyMs: 100, runningSince: undefined, last: undefined, failures: 0 };
  assert.deepEqual(jobs.reports(), [waits]);
  await clock.advance(100);
  const failed = { endedAt: 100, tookMs: 0, error: "disk full" };
  assert.deepEqual(jobs.reports(), [{ ...waits, last: failed, failures: 1 }]);
  let finish = () => {};
  run = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  await clock.advance(100);
  assert.equal(jobs.reports()[0]?.runningSince, 200);
  await clock.advance(30);
  finish();
  await joined();
  const last = { endedAt: 230, tookMs: 30, error: undefined };
  assert.deepEqual(jobs.reports(), [{ ...waits, last, failures: 1 }]);
});
