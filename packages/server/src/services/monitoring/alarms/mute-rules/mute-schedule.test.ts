import assert from "node:assert/strict";
import { test } from "node:test";
import { muteSchedule } from "./mute-schedule.ts";

function windowAt(expression: string, duration: string, timezone: string, now: string): string {
  const window = muteSchedule(expression, duration, timezone).windowAt(Date.parse(now));
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 16);
  return window === undefined ? "-" : `${time(window.startMs)} to ${time(window.endMs)}`;
}

test("a recurring window holds from each of its times on", () => {
  const nightly = (now: string) => windowAt("cron(0 23 * * *)", "PT2H", "UTC", now);
  assert.equal(nightly("2026-11-20T22:59:59Z"), "-");
  assert.equal(nightly("2026-11-20T23:00:00Z"), "2026-11-20T23:00 to 2026-11-21T01:00");
  assert.equal(nightly("2026-11-21T00:59:59Z"), "2026-11-20T23:00 to 2026-11-21T01:00");
  assert.equal(nightly("2026-11-21T01:00:00Z"), "-");
});

test("names of days, and the time zone's clock", () => {
  // Saturday 2026-11-21, 02:30 in Berlin.
  assert.equal(
    windowAt("cron(0 2 * * SAT)", "PT1H", "Europe/Berlin", "2026-11-21T01:30:00Z"),
    "2026-11-21T01:00 to 2026-11-21T02:00",
  );
  assert.equal(windowAt("cron(0 2 * * SUN)", "PT1H", "Europe/Berlin", "2026-11-21T01:30:00Z"), "-");
});

test("one window, once", () => {
  assert.equal(
    windowAt("at(2026-11-20T12:00)", "P1D", "UTC", "2026-11-21T11:59:00Z"),
    "2026-11-20T12:00 to 2026-11-21T12:00",
  );
  assert.equal(windowAt("at(2026-11-20T12:00)", "P1D", "UTC", "2026-11-21T12:00:00Z"), "-");
  assert.equal(muteSchedule("at(2026-11-20T12:00)", "P1D", "UTC").once, true);
});

test("windows that overlap are one", () => {
  assert.equal(
    windowAt("cron(0 0,1,2 * * *)", "PT90M", "UTC", "2026-11-20T02:10:00Z"),
    "2026-11-20T01:00 to 2026-11-20T03:30",
  );
});

test("what is not of AWS's syntax is refused", () => {
  const cases: [expression: string, duration: string, timezone: string][] = [
    ["rate(5 minutes)", "PT1H", "UTC"],
    ["cron(0/5 * * * *)", "PT1H", "UTC"],
    ["cron(0 0 * * * *)", "PT1H", "UTC"],
    ["cron(61 * * * *)", "PT1H", "UTC"],
    ["at(2026-13-01T00:00)", "PT1H", "UTC"],
    ["cron(0 0 * * *)", "PT30S", "UTC"],
    ["cron(0 0 * * *)", "P16D", "UTC"],
    ["cron(0 0 * * *)", "P1DT", "UTC"],
    ["cron(0 0 * * *)", "PT1H", "Mars/Olympus"],
  ];
  for (const [expression, duration, timezone] of cases) {
    assert.throws(
      () => muteSchedule(expression, duration, timezone).windowAt(0),
      { name: "ValidationError" },
      `${expression} ${duration} ${timezone}`,
    );
  }
});
