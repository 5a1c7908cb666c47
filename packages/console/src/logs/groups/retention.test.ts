import assert from "node:assert/strict";
import { test } from "node:test";
import { retentionText } from "./retention.ts";

test("retention is told as CloudWatch's console tells it", () => {
  const f = (days: number | undefined, expected: string) => assert.equal(retentionText(days), expected);
  f(undefined, "Never expire");
  f(1, "1 day");
  f(7, "1 week (7 days)");
  f(400, "13 months (400 days)");
  f(3653, "10 years (3653 days)");
});
