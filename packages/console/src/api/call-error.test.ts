import assert from "node:assert/strict";
import { test } from "node:test";
import { CallError, errorText, isCancelled } from "./call-error.ts";

test("an error of a service tells what it means, what it said, and where to look", () => {
  const error = new CallError("AccessDeniedException", "User ann is not authorized.", {
    status: 400,
    requestId: "r-1",
  });
  assert.deepEqual(errorText(error), {
    title: "You are not allowed to do this",
    text: "User ann is not authorized. Whoever manages the users can grant it by a policy.",
    requestId: "r-1",
  });
  assert.equal(errorText(new CallError("OddException", "Odd.")).title, "OddException");
  assert.equal(errorText(new TypeError("broken")).text, "broken");
});

test("what was given up on purpose is no failure", () => {
  assert.ok(isCancelled(new DOMException("gone", "AbortError")));
  assert.ok(!isCancelled(new CallError("NetworkError", "No answer came.")));
});
