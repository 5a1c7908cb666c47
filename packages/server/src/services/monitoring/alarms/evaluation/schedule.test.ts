import assert from "node:assert/strict";
import { test } from "node:test";
import { cadence, nextDue, offsetOf, periodStarts, type Schedule, windowEnd } from "./schedule.ts";

const at = (text: string) => Date.parse(`2026-11-20T${text}Z`);
const time = (ms: number) => new Date(ms).toISOString().slice(11, 19);
const schedule = (period: number, evaluationPeriods: number): Schedule => ({
  period,
  evaluationPeriods,
  range: evaluationPeriods + 2,
});

test("periods of five minutes slide by one minute", () => {
  const five = schedule(300, 1);
  const starts = (now: string) => periodStarts(five, windowEnd(five, at(now))).map(time);
  assert.deepEqual(starts("12:05:40"), ["12:00:00", "11:55:00", "11:50:00"]);
  assert.deepEqual(starts("12:06:02"), ["12:01:00", "11:56:00", "11:51:00"]);
});

test("high resolution is evaluated every ten seconds", () => {
  const twenty = schedule(20, 2);
  assert.equal(cadence(twenty), 10);
  assert.deepEqual(periodStarts(twenty, windowEnd(twenty, at("12:00:17"))).map(time), [
    "11:59:50",
    "11:59:30",
    "11:59:10",
    "11:58:50",
  ]);
});

test("more than a day of data is looked at once an hour, up to the top of the hour", () => {
  const long = schedule(3_600, 25);
  assert.equal(cadence(schedule(3_600, 24)), 60);
  assert.equal(cadence(long), 3_600);
  assert.equal(time(windowEnd(long, at("12:34:56"))), "12:00:00");
});

test("an alarm is due at the same second of each minute, and alarms are spread over it", () => {
  const minute = schedule(60, 1);
  const offset = offsetOf(minute, "an alarm");
  assert.equal(nextDue(minute, offset, at("12:00:00") + offset), at("12:01:00") + offset);
  assert.equal(nextDue(minute, offset, at("12:00:00") + offset - 1), at("12:00:00") + offset);
  const perSecond = new Array<number>(60).fill(0);
  for (let index = 0; index < 6_000; index++) {
    const second = Math.floor(offsetOf(minute, `alarm-${index}`) / 1_000);
    perSecond[second] = (perSecond[second] ?? 0) + 1;
  }
  assert.ok(Math.min(...perSecond) > 50 && Math.max(...perSecond) < 160, perSecond.join(" "));
});
