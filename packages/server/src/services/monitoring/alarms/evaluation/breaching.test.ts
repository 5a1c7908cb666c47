import assert from "node:assert/strict";
import { test } from "node:test";
import { isBreaching } from "./breaching.ts";
import type { BandComparison, StaticComparison } from "./settings.ts";

test("each comparison has the value on its left", () => {
  // Below, at and above the threshold.
  const cases: [StaticComparison, boolean[]][] = [
    ["GreaterThanThreshold", [false, false, true]],
    ["GreaterThanOrEqualToThreshold", [false, true, true]],
    ["LessThanThreshold", [true, false, false]],
    ["LessThanOrEqualToThreshold", [true, true, false]],
  ];
  for (const [comparison, expected] of cases) {
    assert.deepEqual(
      [4, 5, 6].map((value) => isBreaching({ at: 0, value }, { comparison, threshold: 5 })),
      expected,
      comparison,
    );
  }
});

test("the edges of a band are inside it, and an unknown edge is never crossed", () => {
  const crossed = (comparison: BandComparison, value: number, lower?: number, upper?: number) =>
    isBreaching({ at: 0, value, lower, upper }, { comparison });
  const values = [1, 2, 3, 4, 5];
  const verdicts = (comparison: BandComparison) => values.map((value) => crossed(comparison, value, 2, 4));
  assert.deepEqual(verdicts("LessThanLowerThreshold"), [true, false, false, false, false]);
  assert.deepEqual(verdicts("GreaterThanUpperThreshold"), [false, false, false, false, true]);
  assert.deepEqual(verdicts("LessThanLowerOrGreaterThanUpperThreshold"), [true, false, false, false, true]);
  assert.equal(crossed("LessThanLowerOrGreaterThanUpperThreshold", 9, 2), false);
});
