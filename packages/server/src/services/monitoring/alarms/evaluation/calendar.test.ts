import assert from "node:assert/strict";
import { test } from "node:test";
import { calendar } from "./calendar.ts";

function startOf(period: number, timezone: string, time: string): string {
  return new Date(calendar(period, timezone).startOf(Date.parse(time))).toISOString().slice(0, 16);
}

test("periods begin on the clock of their zone", () => {
  const cases: [period: number, timezone: string, time: string, expected: string][] = [
    [300, "UTC", "2026-11-20T12:04:59Z", "2026-11-20T12:00"],
    [3_600, "+05:30", "2026-11-20T12:45:00Z", "2026-11-20T12:30"],
    [3_600, "UTC-03:30", "2026-11-20T12:45:00Z", "2026-11-20T12:30"],
    [86_400, "UTC", "2026-11-20T12:00:00Z", "2026-11-20T00:00"],
    [86_400, "America/New_York", "2026-11-20T12:00:00Z", "2026-11-20T05:00"],
    // A Friday; the week began on Monday the 16th.
    [604_800, "UTC", "2026-11-20T12:00:00Z", "2026-11-16T00:00"],
    [604_800, "Europe/Berlin", "2026-11-15T22:59:00Z", "2026-11-08T23:00"],
  ];
  for (const [period, timezone, time, expected] of cases) assert.equal(startOf(period, timezone, time), expected);
});

test("a day on which the clock changes begins at its own midnight", () => {
  // Berlin went back to winter time on 2026-10-25 at 01:00 UTC.
  assert.equal(startOf(86_400, "Europe/Berlin", "2026-10-25T12:00:00Z"), "2026-10-24T22:00");
  assert.equal(startOf(86_400, "Europe/Berlin", "2026-10-26T12:00:00Z"), "2026-10-25T23:00");
});

test("zones that are not known are refused", () => {
  for (const timezone of ["Mars/Olympus", "+05:33", "UTC+15:00"]) {
    assert.throws(() => calendar(60, timezone), RangeError, timezone);
  }
});
