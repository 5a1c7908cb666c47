import assert from "node:assert/strict";
import { test } from "node:test";
import { timeTicks } from "./time-ticks.ts";

const f = (start: string, end: string, zone: string, expected: string[], most = 5) =>
  assert.deepEqual(
    timeTicks({ startMs: Date.parse(start), endMs: Date.parse(end) }, most, zone).map(({ text }) => text),
    expected,
  );

test("ticks are round times in the zone, short where they can be", () => {
  f("2026-01-01T00:10:00Z", "2026-01-01T03:10:00Z", "UTC", ["01:00", "02:00", "03:00"]);
  f("2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z", "UTC", ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]);
  f("2026-01-01T00:00:00Z", "2026-01-02T12:00:00Z", "UTC", [
    "01-01 00:00",
    "01-01 12:00",
    "01-02 00:00",
    "01-02 12:00",
  ]);
  f("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", "UTC", ["00:00:00", "00:00:30", "00:01:00"]);
  f("2026-01-01T00:10:00Z", "2026-01-01T03:10:00Z", "Asia/Kolkata", ["06:00", "07:00", "08:00"]);
  f("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.200Z", "UTC", ["00:00:00.000", "00:00:00.100", "00:00:00.200"], 3);
});

test("there are never more than asked for", () => {
  f("1990-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "UTC", ["2006-01-01"], 1);
});
