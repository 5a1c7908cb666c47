import assert from "node:assert/strict";
import { test } from "node:test";
import { tickText } from "./tick-text.ts";

const HOUR = 3_600_000;

test("a time is as short as it can be told from the others", () => {
  const startMs = Date.UTC(2026, 0, 31, 23, 59, 59, 123);
  const f = (stepMs: number, hours: number, zone: string, expected: string) =>
    assert.equal(tickText(startMs, stepMs, { startMs, endMs: startMs + hours * HOUR }, zone), expected);
  f(100, 1, "UTC", "23:59:59.123");
  f(1_000, 1, "UTC", "23:59:59");
  f(60_000, 24, "UTC", "23:59");
  f(HOUR, 25, "UTC", "01-31 23:59");
  f(24 * HOUR, 100, "UTC", "2026-01-31");
  f(60_000, 1, "Asia/Kolkata", "05:29");
});
