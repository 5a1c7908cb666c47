import assert from "node:assert/strict";
import { test } from "node:test";
import { roundedUp } from "./rounded-up.ts";

test("an axis ends at a number that is read easily", () => {
  const f = (most: number, expected: number) => assert.equal(roundedUp(most), expected);
  f(0, 1);
  f(0.4, 1);
  f(2, 2);
  f(3, 3);
  f(7, 8);
  f(10, 10);
  f(11, 20);
  f(2_980, 3_000);
  f(81_000, 100_000);
});
