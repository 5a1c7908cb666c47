import assert from "node:assert/strict";
import { test } from "node:test";
import { strangerQuota } from "./stranger-quota.ts";

const takes = (quota: ReturnType<typeof strangerQuota>, count: number) =>
  Array.from({ length: count }, () => quota.take()).filter((taken) => taken).length;

test("600 calls in a row are recorded, and the others counted once", () => {
  const quota = strangerQuota(() => 0);
  assert.equal(takes(quota, 1_000), 600);
  assert.deepEqual([quota.skipped(), quota.skipped()], [400, 0]);
});

test("ten more are recorded each second, up to 600", () => {
  let now = 0;
  const quota = strangerQuota(() => now);
  takes(quota, 600);
  now += 2_000;
  assert.equal(takes(quota, 100), 20);
  now += 3_600_000;
  assert.equal(takes(quota, 1_000), 600);
});

test("a clock that is set back gives nothing and takes nothing", () => {
  let now = 10_000;
  const quota = strangerQuota(() => now);
  takes(quota, 600);
  now = 0;
  assert.equal(takes(quota, 1), 0);
  now = 1_000;
  assert.equal(takes(quota, 100), 10);
});
