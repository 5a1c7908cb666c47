import assert from "node:assert/strict";
import { test } from "node:test";
import { retentionSums, shareText } from "./retention-sums.ts";

test("groups are summed by their retention, those that never expire first", () => {
  assert.deepEqual(
    retentionSums([
      { retentionInDays: 7, storedBytes: 10 },
      { storedBytes: 1 },
      { retentionInDays: 400, storedBytes: 5 },
      { retentionInDays: 7, storedBytes: 20 },
      {},
    ]),
    [
      { days: undefined, groups: 2, bytes: 1 },
      { days: 400, groups: 1, bytes: 5 },
      { days: 7, groups: 2, bytes: 30 },
    ],
  );
  assert.deepEqual(retentionSums([]), []);
});

test("shares are readable, and something is never nothing", () => {
  const f = (part: number, whole: number, expected: string) => assert.equal(shareText(part, whole), expected);
  f(0, 0, "0 %");
  f(0, 10, "0 %");
  f(1, 3, "33.3 %");
  f(1, 100_000, "< 0.1 %");
  f(10, 10, "100 %");
});
