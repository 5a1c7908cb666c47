import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSchedule, ScheduleRefused } from "./schedule.ts";

const FRIDAY = Date.parse("2026-11-20T10:07:30Z");
const next = (expression: string, expected: string | undefined, timezone = "UTC") => {
  const time = parseSchedule(expression, timezone, FRIDAY).next(FRIDAY);
  assert.equal(
    time === undefined ? undefined : new Date(time).toISOString().replace(":00.000Z", ""),
    expected,
    expression,
  );
};
const refused = (expression: string, message: RegExp, timezone = "UTC") =>
  assert.throws(
    () => parseSchedule(expression, timezone, FRIDAY),
    (error: unknown) => {
      assert.ok(error instanceof ScheduleRefused);
      assert.match(error.message, message);
      return true;
    },
  );

test("the examples of AWS's schedule reference come when they say", () => {
  next("cron(0 9 * * ? *)", "2026-11-21T09:00");
  next("cron(0 */6 * * ? *)", "2026-11-20T12:00");
  next("cron(0 9-17 ? * MON-FRI *)", "2026-11-20T11:00");
  next("cron(0 18 ? * MON-FRI *)", "2026-11-20T18:00");
  next("cron(0 8,12,17 ? * MON-FRI *)", "2026-11-20T12:00");
  next("cron(0 12 ? * SUN *)", "2026-11-22T12:00");
  next("cron(0 0 1 * ? *)", "2026-12-01T00:00");
  next("cron(0 9 L * ? *)", "2026-11-30T09:00");
  next("cron(0 10 1 1,4,7,10 ? *)", "2027-01-01T10:00");
  next("cron(*/15 * * * ? *)", "2026-11-20T10:15");
  next("cron(0,30 * * * ? *)", "2026-11-20T10:30");
  next("cron(30 8 1 1 ? *)", "2027-01-01T08:30");
  next("cron(0 6 * * SAT,SUN *)", "2026-11-21T06:00");
  next("cron(0 0 ? * MON#1 *)", "2026-12-07T00:00");
});

test("Sunday is day 1, a step may begin at a number, and a year may be named", () => {
  next("cron(0 0 ? * 1 *)", "2026-11-22T00:00");
  next("cron(0 0 ? * 7 *)", "2026-11-21T00:00");
  next("cron(5/20 * * * ? *)", "2026-11-20T10:25");
  next("cron(0 0 1 1 ? 2030)", "2030-01-01T00:00");
  next("cron(0 0 1 1 ? 2030/2)", "2030-01-01T00:00");
});

test("times are those of the time zone", () => {
  next("cron(0 9 * * ? *)", "2026-11-21T08:00", "Europe/Berlin");
  next("cron(0 0 ? * SUN *)", "2026-11-21T18:30", "Asia/Kolkata");
});

test("a time that never comes is told", () => {
  next("cron(0 0 30 2 ? *)", undefined);
  next("cron(0 0 1 1 ? 2020)", undefined);
});

test("a rate counts from its anchor", () => {
  const times = parseSchedule("rate(5 minutes)", "UTC", 1_000);
  assert.equal(times.next(0), 301_000);
  assert.equal(times.next(300_999), 301_000);
  assert.equal(times.next(301_000), 601_000);
  assert.equal(parseSchedule("rate(1 day)", "UTC", 0).next(5), 86_400_000);
});

test("what is no schedule is refused with a reason", () => {
  refused("every day", /must be cron/);
  refused("cron(0 9 * * ?)", /six fields/);
  refused("cron(0 9 * * +MON *)", /six fields/);
  refused("cron(0 9 1 * MON *)", /one must be \? or \*/);
  refused("cron(61 9 * * ? *)", /not valid: .*minute/);
  refused("cron(x 9 * * ? *)", /not valid: .*illegal/);
  refused("rate(0 minutes)", /whole number/);
  refused("rate(5 seconds)", /whole number/);
  refused("rate(1 minutes)", /singular/);
  refused("rate(2 minute)", /singular/);
  refused("rate(5 minutes)", /time zone Mars/, "Mars/Olympus");
});
