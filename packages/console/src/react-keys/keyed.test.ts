import assert from "node:assert/strict";
import { test } from "node:test";
import { keyed } from "./keyed.ts";

test("keys are made of the items, and differ for those that are the same", () => {
  const f = (items: readonly string[], expected: readonly string[]) =>
    assert.deepEqual(
      keyed(items, (item) => item).map(({ key }) => key),
      expected,
    );
  f([], []);
  f(["a", "b", "a"], ["a 0", "b 0", "a 1"]);
  f(["a 0", "a", "a"], ["a 0 0", "a 0", "a 1"]);
});
