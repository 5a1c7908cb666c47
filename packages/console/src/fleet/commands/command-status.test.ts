import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, progressText, statusLook, statusText } from "./command-status.ts";

test("each status has its look, and is over or not", () => {
  for (const [status, look, over] of [
    ["Pending", "pending", false],
    ["InProgress", "in-progress", false],
    ["Cancelling", "in-progress", false],
    ["Success", "success", true],
    ["Failed", "error", true],
    ["TimedOut", "error", true],
    ["Cancelled", "stopped", true],
    [undefined, "pending", false],
  ] as const) {
    assert.equal(statusLook(status), look);
    assert.equal(isOver(status), over);
  }
});

test("statuses are told in words", () => {
  assert.equal(statusText("DeliveryTimedOut"), "Delivery timed out");
  assert.equal(statusText(""), "Pending");
});

test("progress counts hosts, and tells errors where there are some", () => {
  assert.equal(progressText({ TargetCount: 0 }), "No host");
  assert.equal(progressText({ TargetCount: 3, CompletedCount: 3 }), "3 of 3 done");
  assert.equal(
    progressText({ TargetCount: 3, CompletedCount: 2, ErrorCount: 1, DeliveryTimedOutCount: 1 }),
    "2 of 3 done, 1 failed, 1 not reached",
  );
});
