import assert from "node:assert/strict";
import { test } from "node:test";
import { isKept, isPeriod, roundedStart } from "./period.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 15, 12, 34, 56, 789);

test("periods", () => {
  for (const period of [1, 5, 10, 20, 30, 60, 120, 86_400]) assert.ok(isPeriod(period), String(period));
  for (const period of [0, 2, 15, 45, 59, 61, 90, -60]) assert.ok(!isPeriod(period), String(period));
});

/** The start of a range that began so long ago, as the time of day. */
function rounds(ageMs: number, period: number, expected: string) {
  assert.equal(new Date(roundedStart(NOW - ageMs, period, NOW)).toISOString().slice(11, 19), expected);
}

test("starts are rounded down to what is kept of their age", () => {
  rounds(0, 60, "12:34:00");
  rounds(14 * DAY, 300, "12:34:00");
  rounds(16 * DAY, 300, "12:30:00");
  rounds(64 * DAY, 3_600, "12:00:00");
  rounds(0, 10, "12:34:50");
  rounds(0, 1, "12:34:56");
  rounds(4 * HOUR, 10, "08:34:00");
});

test("what is not kept in a period any more is not there", () => {
  assert.ok(isKept(NOW - HOUR, 1, NOW));
  assert.ok(!isKept(NOW - 4 * HOUR, 30, NOW));
  assert.ok(isKept(NOW - 4 * HOUR, 60, NOW));
  assert.ok(!isKept(NOW - 16 * DAY, 60, NOW));
  assert.ok(isKept(NOW - 16 * DAY, 300, NOW));
  assert.ok(!isKept(NOW - 64 * DAY, 300, NOW));
  assert.ok(isKept(NOW - 64 * DAY, 3_600, NOW));
});
