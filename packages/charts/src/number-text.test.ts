import assert from "node:assert/strict";
import { test } from "node:test";
import { axisNumbers, fullNumber, shortNumber, unitText } from "./number-text.ts";

test("short numbers", () => {
  const is = (value: number, expected: string) => assert.equal(shortNumber(value), expected);
  is(0, "0");
  is(-0, "0");
  is(1, "1");
  is(12.345, "12.35");
  is(0.00042, "0.00042");
  is(0.3333333, "0.333");
  is(0.0000000012, "1.2e-9");
  is(999, "999");
  is(1_000, "1K");
  is(1_250, "1.25K");
  is(-12_345, "-12.3K");
  is(999_949, "1M");
  is(1_500_000_000, "1.5G");
  is(2 ** 360, "2.35e+108");
  is(Number.NaN, "–");
});

test("numbers with all their digits", () => {
  const is = (value: number, expected: string) => assert.equal(fullNumber(value), expected);
  is(1234567.25, "1,234,567.25");
  is(-1000, "-1,000");
  is(12, "12");
  is(1e21, "1e+21");
  is(0.1, "0.1");
});

test("numbers beside an axis tell one tick from the next", () => {
  const is = (ticks: number[], step: number, expected: string[]) =>
    assert.deepEqual(axisNumbers(ticks, step), expected);
  is([0, 20, 40], 20, ["0", "20", "40"]);
  is([0, 0.25, 0.5], 0.25, ["0", "0.25", "0.5"]);
  is([0, 500, 1000], 500, ["0", "0.5K", "1K"]);
  is([1_000_000, 1_000_001], 1, ["1M", "1.000001M"]);
  is([-20, 0, 20], 20, ["-20", "0", "20"]);
  is([0, 1e-9], 1e-9, ["0", "1e-9"]);
});

test("units behind numbers", () => {
  assert.deepEqual(["Percent", "Milliseconds", "Bytes/Second", "Count", "None", undefined].map(unitText), [
    "%",
    "ms",
    "B/s",
    "",
    "",
    "",
  ]);
});
