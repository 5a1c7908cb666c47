import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "./evaluate.ts";
import { leastSamples } from "./low-samples.ts";
import type { EvaluationSettings, MissingDataTreatment, Slot } from "./settings.ts";

const MINUTE = 60_000;
/** Slots of a picture such as `0 - X - X`, newest right. */
const slots = (picture: string, sampleCount?: number): Slot[] =>
  picture
    .split(" ")
    .map((sign, index) => {
      const at = index * MINUTE;
      return { at, point: sign === "-" ? undefined : { at, value: sign === "X" ? 100 : 0, sampleCount } };
    })
    .reverse();

const settings = (n: number, m: number, treatMissingData: MissingDataTreatment): EvaluationSettings => ({
  period: 60,
  evaluationPeriods: n,
  datapointsToAlarm: m,
  limit: { comparison: "GreaterThanThreshold", threshold: 50 },
  treatMissingData,
});

const state = (picture: string, n: number, m: number, treatment: MissingDataTreatment) =>
  evaluate(settings(n, m, treatment), slots(picture)).state ?? "keep";

// The two tables of the user guide, "Configuring how CloudWatch alarms treat missing data": N = 3, five periods in the range.
const DOCUMENTED: [m: number, picture: string, missing: string, ignore: string, breaching: string, not: string][] = [
  [3, "0 - X - X", "OK", "OK", "OK", "OK"],
  [3, "0 - - - -", "OK", "OK", "OK", "OK"],
  [3, "- - - - -", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
  [3, "0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [3, "- - X - -", "ALARM", "keep", "ALARM", "OK"],
  [2, "0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 - X - -", "OK", "OK", "ALARM", "OK"],
  [2, "- - - - 0", "OK", "OK", "ALARM", "OK"],
  [2, "- - - X -", "ALARM", "keep", "ALARM", "OK"],
];

for (const [m, picture, missing, ignore, breaching, notBreaching] of DOCUMENTED) {
  test(`documented: ${picture} with ${m} of 3`, () => {
    assert.deepEqual(
      {
        missing: state(picture, 3, m, "missing"),
        ignore: state(picture, 3, m, "ignore"),
        breaching: state(picture, 3, m, "breaching"),
        notBreaching: state(picture, 3, m, "notBreaching"),
      },
      { missing, ignore, breaching, notBreaching },
    );
  });
}

test("a single new breaching datapoint does not alarm before the others could come", () => {
  for (const picture of ["- - - - X", "- - - X -"]) {
    assert.equal(state(picture, 3, 3, "missing"), "keep");
    assert.equal(state(picture, 3, 3, "ignore"), "keep");
  }
  assert.equal(state("- - X", 1, 1, "missing"), "ALARM");
});

test("the newest N datapoints decide, however many of the range are missing", () => {
  for (const treatment of ["missing", "ignore", "breaching", "notBreaching"] as const) {
    assert.equal(state("X - -", 1, 1, treatment), "ALARM");
    assert.equal(state("X - 0", 1, 1, treatment), "OK");
  }
});

test("evaluated are the newest N datapoints, or those there are with the newest missing slots", () => {
  const evaluated = (picture: string) =>
    evaluate(settings(3, 3, "missing"), slots(picture)).evaluated.map(
      ({ at, point }) => `${at / MINUTE}${point === undefined ? "-" : ""}`,
    );
  assert.deepEqual(evaluated("0 X X - X"), ["4", "2", "1"]);
  assert.deepEqual(evaluated("0 - - - X"), ["4", "3-", "0"]);
  assert.deepEqual(evaluated("- - - - -"), ["4-", "3-", "2-"]);
});

test("a percentile of too few samples changes nothing", () => {
  const percentile = { ...settings(2, 2, "missing"), leastSamples: leastSamples(99) };
  assert.equal(evaluate(percentile, slots("X X X X", 499)).state, undefined);
  assert.equal(evaluate(percentile, slots("X X X X", 500)).state, "ALARM");
  assert.equal(evaluate(percentile, slots("- - - -")).state, "INSUFFICIENT_DATA");
});

test("how many samples a percentile needs", () => {
  const cases: [percent: number, expected: number][] = [
    [99, 1_000],
    [90, 100],
    [50, 20],
    [10, 100],
    [99.9, 10_000],
  ];
  for (const [percent, expected] of cases) assert.equal(leastSamples(percent), expected);
});
