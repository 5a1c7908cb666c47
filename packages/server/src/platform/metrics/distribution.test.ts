import assert from "node:assert/strict";
import { test } from "node:test";
import { statisticOf } from "./distribution.ts";
import { parseStatistic } from "./statistic.ts";

/** A statistic of values, all of which occur once. */
function gives(text: string, values: readonly number[], expected: number | undefined) {
  const statistic = parseStatistic(text);
  assert.ok(statistic !== undefined, text);
  const rising = [...new Set(values)].sort((a, b) => a - b);
  const counts = rising.map((value) => values.filter((other) => other === value).length);
  const period = {
    samples: values.length,
    total: values.reduce((a, b) => a + b, 0),
    lowest: rising[0] ?? 0,
    highest: rising.at(-1) ?? 0,
    distribution: { values: rising, counts },
  };
  const found = statisticOf(statistic, period);
  assert.equal(found === undefined ? undefined : Math.round(found * 1e9) / 1e9, expected, text);
}

const ONE_TO_TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test("simple statistics", () => {
  gives("SampleCount", [1, 2, 2], 3);
  gives("Sum", [1, 2, 2], 5);
  gives("Average", [1, 2, 3], 2);
  gives("Minimum", [3, -1], -1);
  gives("Maximum", [3, -1], 3);
});

test("a percentile is the least value that so many do not exceed", () => {
  gives("p0", ONE_TO_TEN, 1);
  gives("p10", ONE_TO_TEN, 1);
  gives("p10.1", ONE_TO_TEN, 2);
  gives("p99.9", ONE_TO_TEN, 10);
  gives("p100", ONE_TO_TEN, 10);
  gives("p50", [7], 7);
});

test("trimmed mean, count and sum by shares cut through values", () => {
  gives("TM(10%:90%)", ONE_TO_TEN, 5.5);
  gives("tm90", ONE_TO_TEN, 5);
  gives("TM(25%:75%)", [1, 2], 1.5);
  gives("IQM", [1, 2, 3, 4], 2.5);
  gives("tc95", ONE_TO_TEN, 9.5);
  gives("ts95", ONE_TO_TEN, 50);
});

test("bounds of values: the lower is exclusive, the upper inclusive", () => {
  gives("TC(2:5)", ONE_TO_TEN, 3);
  gives("TS(2:5)", ONE_TO_TEN, 12);
  gives("TM(2:5)", ONE_TO_TEN, 4);
  gives("TC(20:50)", ONE_TO_TEN, 0);
  gives("TM(20:50)", ONE_TO_TEN, undefined);
  gives("PR(2:5)", ONE_TO_TEN, 30);
  gives("PR(:5)", ONE_TO_TEN, 50);
  gives("PR(5:)", ONE_TO_TEN, 50);
});

test("a winsorized mean takes the bound for what is outside", () => {
  gives("WM(2:9)", [1, 5, 100], 5.333333333);
  gives("wm90", [1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 5.4);
});

test("negative values leave no distribution", () => {
  gives("p50", [-1, 2], undefined);
  gives("TC(0:5)", [-1, 2], undefined);
  gives("Sum", [-1, 2], 1);
});

test("texts that are no statistics", () => {
  for (const text of [
    "p101",
    "P50",
    "TM90",
    "tm(1:2)",
    "TM(:)",
    "TM(5:2)",
    "TM(10%:20)",
    "PR(1%:2%)",
    "q1",
    "sum",
    "p1.12345678901",
  ])
    assert.equal(parseStatistic(text), undefined, text);
});
