import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTime, rangeAt } from "./schedule-of-query.ts";
import type { ScheduledQuerySettings } from "./scheduled-query.ts";

const NOON = Date.parse("2026-11-20T12:00:00Z");
const HOUR = 3_600_000;
const next = (settings: Partial<ScheduledQuerySettings>, expected: number | undefined) =>
  assert.equal(
    nextTime({ scheduleExpression: "cron(0 * * * ? *)", state: "ENABLED", ...settings }, NOON, NOON),
    expected,
  );

test("a query runs from its start to its end, both included", () => {
  next({}, NOON + HOUR);
  next({ scheduleStartTime: (NOON + 3 * HOUR) / 1_000 }, NOON + 3 * HOUR);
  next({ scheduleStartTime: NOON + 3 * HOUR }, NOON + 3 * HOUR);
  next({ scheduleStartTime: (NOON - 3 * HOUR) / 1_000 }, NOON + HOUR);
  next({ scheduleEndTime: (NOON + HOUR) / 1_000 }, NOON + HOUR);
  next({ scheduleEndTime: (NOON + HOUR - 1_000) / 1_000 }, undefined);
});

test("a disabled query does not run", () => {
  next({ state: "DISABLED" }, undefined);
});

test("runs that follow each other look at seconds that follow each other", () => {
  const at = NOON / 1_000;
  assert.deepEqual(rangeAt({}, NOON), { startTime: at - 3_600, endTime: at - 1 });
  assert.deepEqual(rangeAt({ startTimeOffset: 60 }, NOON), { startTime: at - 60, endTime: at - 1 });
  assert.deepEqual(rangeAt({ startTimeOffset: 360, endTimeOffset: 60 }, NOON), {
    startTime: at - 360,
    endTime: at - 61,
  });
});
