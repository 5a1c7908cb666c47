import assert from "node:assert/strict";
import { test } from "node:test";
import { javaDouble } from "./java-double.ts";

test("numbers as Java writes doubles", () => {
  const cases: [value: number, expected: string][] = [
    [50, "50.0"],
    [0, "0.0"],
    [-1.5, "-1.5"],
    [0.0666851903306472, "0.0666851903306472"],
    [0.001, "0.001"],
    [0.0005, "5.0E-4"],
    [0.00012345, "1.2345E-4"],
    [9_999_999, "9999999.0"],
    [10_000_000, "1.0E7"],
    [12_345_678.9, "1.23456789E7"],
    [-2e300, "-2.0E300"],
    [1_895_000.25, "1895000.25"],
  ];
  for (const [value, expected] of cases) assert.equal(javaDouble(value), expected);
});
