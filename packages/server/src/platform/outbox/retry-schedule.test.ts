import assert from "node:assert/strict";
import { test } from "node:test";
import { HTTP_SCHEDULE, MAIL_SCHEDULE, MANAGED_SCHEDULE, type RetrySchedule, retryDelayMs } from "./retry-schedule.ts";

/** The delays in seconds after the first `count` failures; `-` where it is given up. */
const delays = (schedule: RetrySchedule, count: number) =>
  Array.from({ length: count }, (_, at) => {
    const delay = retryDelayMs(schedule, at + 1);
    return delay === undefined ? "-" : String(Math.round(delay / 1_000));
  }).join(" ");

test("each phase has its tries and its delays, and then it is given up", () => {
  const f = (schedule: RetrySchedule, expected: string) =>
    assert.equal(delays(schedule, expected.split(" ").length), expected);
  f(HTTP_SCHEDULE, "20 20 20 - -");
  f(MANAGED_SCHEDULE, "0 0 0 1 1 1 1 2 3 4 5 7 10 14 20 20 20");
  f(MAIL_SCHEDULE, "10 10 10 16 25 39 62 97 153 242 381 600 600 600");
  const policy = {
    ...HTTP_SCHEDULE,
    numRetries: 7,
    numNoDelayRetries: 1,
    numMinDelayRetries: 1,
    numMaxDelayRetries: 1,
  };
  f({ ...policy, minDelayTarget: 1, maxDelayTarget: 10 }, "0 1 1 4 7 10 10 -");
  f({ ...policy, minDelayTarget: 1, maxDelayTarget: 10, backoffFunction: "arithmetic" }, "0 1 1 2 5 10 10 -");
});

test("mail is tried for six hours, queues for 23 days", () => {
  const total = (schedule: RetrySchedule) => {
    let sum = 0;
    for (let attempts = 1; ; attempts++) {
      const delay = retryDelayMs(schedule, attempts);
      if (delay === undefined) return { attempts, hours: sum / 3_600_000 };
      sum += delay;
    }
  };
  const mail = total(MAIL_SCHEDULE);
  assert.equal(mail.attempts, 51);
  assert.ok(mail.hours > 6 && mail.hours < 8, `${mail.hours} hours`);
  const queue = total(MANAGED_SCHEDULE);
  assert.equal(queue.attempts, 100_016);
  assert.equal(Math.floor(queue.hours / 24), 23);
});
