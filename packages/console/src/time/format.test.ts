import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, durationText, offsetMinutes, offsetText, timeAgo, timeText, timeWithOffset } from "./format.ts";

const NOON = Date.UTC(2026, 6, 1, 12, 0, 0, 7);

test("times are shown in the zone of choice, with its offset at that time", () => {
  const f = (ms: number, zone: string, expected: string) => assert.equal(timeWithOffset(ms, zone), expected);
  f(NOON, "UTC", "2026-07-01T12:00:00.007+00:00");
  f(NOON, "Europe/Berlin", "2026-07-01T14:00:00.007+02:00");
  f(Date.UTC(2026, 0, 1), "Europe/Berlin", "2026-01-01T01:00:00.000+01:00");
  f(NOON, "America/New_York", "2026-07-01T08:00:00.007-04:00");
  f(NOON, "Asia/Kolkata", "2026-07-01T17:30:00.007+05:30");
  assert.equal(timeText(Date.UTC(2026, 0, 1), "UTC"), "2026-01-01 00:00:00");
});

test("offsets are right on both sides of a change of clocks, and before 1970", () => {
  assert.equal(offsetMinutes(Date.UTC(2026, 9, 25, 0, 59), "Europe/Berlin"), 120);
  assert.equal(offsetMinutes(Date.UTC(2026, 9, 25, 1, 0), "Europe/Berlin"), 60);
  assert.equal(offsetMinutes(-500, "UTC"), 0);
  assert.equal(offsetText(-210), "-03:30");
});

test("sizes have three digits at most", () => {
  const f = (bytes: number, expected: string) => assert.equal(bytesText(bytes), expected);
  f(0, "0 bytes");
  f(1, "1 byte");
  f(999, "999 bytes");
  f(1_000, "1 KB");
  f(1_234_567, "1.23 MB");
  f(999_600, "1 MB");
  f(45_600_000_000, "45.6 GB");
});

test("durations are told in the units that people use", () => {
  const f = (ms: number, expected: string) => assert.equal(durationText(ms), expected);
  f(340.4, "340 ms");
  f(1_250, "1.25 s");
  f(125_000, "2 min 5 s");
  f(120_000, "2 min");
  f(3 * 3_600_000 + 240_000, "3 h 4 min");
});

test("how long ago is told in the largest unit", () => {
  const f = (ms: number, expected: string) => assert.equal(timeAgo(NOON + ms, NOON), expected);
  f(-5_000, "now");
  f(-180_000, "3 minutes ago");
  f(7_200_000, "in 2 hours");
});
