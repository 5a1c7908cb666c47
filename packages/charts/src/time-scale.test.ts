import assert from "node:assert/strict";
import { test } from "node:test";
import { momentText, parseOffset, timeTicks, zoneText } from "./time-scale.ts";

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(`${text}Z`);
const shown = (start: string, end: string, most: number, offset = 0) =>
  timeTicks(at(start), at(end), most, offset).map(({ label, date }) =>
    date === undefined ? label : `${label} (${date})`,
  );

test("ticks are at round times, with the date where a day begins", () => {
  assert.deepEqual(shown("2026-11-20T22:10", "2026-11-21T01:10", 4), ["23:00 (Nov 20)", "00:00 (Nov 21)", "01:00"]);
  assert.deepEqual(shown("2026-11-21T09:00:00", "2026-11-21T09:01:00", 4), [
    "09:00:00 (Nov 21)",
    "09:00:15",
    "09:00:30",
    "09:00:45",
    "09:01:00",
  ]);
});

test("ticks of days are dates", () => {
  assert.deepEqual(shown("2026-11-14T12:00", "2026-11-21T12:00", 8), [
    "Nov 15",
    "Nov 16",
    "Nov 17",
    "Nov 18",
    "Nov 19",
    "Nov 20",
    "Nov 21",
  ]);
});

test("round times are those of the zone", () => {
  const ticks = timeTicks(at("2026-11-21T08:00"), at("2026-11-21T11:00"), 4, 90);
  assert.deepEqual(
    ticks.map(({ label }) => label),
    ["10:00", "11:00", "12:00"],
  );
  assert.equal(ticks[0]?.ms, at("2026-11-21T08:30"));
});

test("there are never many", () => {
  for (const span of [1, 1_000, HOUR, 455 * 24 * HOUR, 40 * 365 * 24 * HOUR]) {
    const { length } = timeTicks(at("2026-01-01T00:00"), at("2026-01-01T00:00") + span, 6, 0);
    assert.ok(length <= 7, `${length} ticks over ${span} ms`);
  }
});

test("zones", () => {
  assert.deepEqual(["+0130", "-0800", "+0000", "junk", undefined].map(parseOffset), [90, -480, 0, 0, 0]);
  assert.deepEqual([90, -480, 0].map(zoneText), ["UTC+01:30", "UTC-08:00", "UTC"]);
  assert.equal(momentText(at("2026-11-21T23:30"), 90), "2026-11-22 01:00");
});
