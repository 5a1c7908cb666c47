import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "./evaluate.ts";
import { reasonText } from "./reason.ts";
import { reasonData } from "./reason-data.ts";
import type { EvaluationSettings, Slot } from "./settings.ts";

const T = Date.parse("2025-05-16T06:45:00Z");
const MINUTE = 60_000;

/** Slots of values, oldest first; undefined is missing. The newest starts at 06:45. */
const slots = (...values: (number | undefined)[]): Slot[] =>
  values.toReversed().map((value, index) => {
    const at = T - index * MINUTE;
    return { at, point: value === undefined ? undefined : { at, value, sampleCount: 2 } };
  });

const greater = (threshold: number, more: Partial<EvaluationSettings> = {}): EvaluationSettings => ({
  period: 60,
  evaluationPeriods: 1,
  limit: { comparison: "GreaterThanThreshold", threshold },
  treatMissingData: "missing",
  ...more,
});

function reason(settings: EvaluationSettings, range: Slot[]): string {
  const verdict = evaluate(settings, range);
  return reasonText(settings, verdict.state ?? "OK", verdict);
}

test("one datapoint without DatapointsToAlarm", () => {
  assert.equal(
    reason(greater(21), slots(21.5)),
    "Threshold Crossed: 1 datapoint [21.5 (16/05/25 06:45:00)] was greater than the threshold (21.0).",
  );
  assert.equal(
    reason(greater(90), slots(1.5)),
    "Threshold Crossed: 1 datapoint [1.5 (16/05/25 06:45:00)] was not greater than the threshold (90.0).",
  );
});

test("M out of N names those that speak for the state, newest first", () => {
  const settings = greater(1, {
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    limit: { comparison: "LessThanThreshold", threshold: 1 },
  });
  assert.equal(
    reason(settings, slots(0.25, 0.5, 0.75)),
    "Threshold Crossed: 3 out of the last 3 datapoints [0.75 (16/05/25 06:45:00), 0.5 (16/05/25 06:44:00), 0.25 (16/05/25 06:43:00)] were less than the threshold (1.0) (minimum 3 datapoints for OK -> ALARM transition).",
  );
  assert.equal(
    reason(settings, slots(0.25, 2, 0.75)),
    "Threshold Crossed: 1 out of the last 3 datapoints [2.0 (16/05/25 06:44:00)] was not less than the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).",
  );
});

test("from five datapoints on the newest five are listed behind", () => {
  const settings = greater(0, { evaluationPeriods: 6 });
  assert.equal(
    reason(settings, slots(1, 2, 3, 4, 5, 6)),
    "Threshold Crossed: 6 datapoints were greater than the threshold (0.0). The most recent datapoints which crossed the threshold: [6.0 (16/05/25 06:45:00), 5.0 (16/05/25 06:44:00), 4.0 (16/05/25 06:43:00), 3.0 (16/05/25 06:42:00), 2.0 (16/05/25 06:41:00)].",
  );
  assert.match(
    reason({ ...settings, datapointsToAlarm: 6 }, slots(1, 2, 3, 4, 5, 6)),
    /^Threshold Crossed: 6 out of the last 6 datapoints were greater than the threshold \(0\.0\)\. The most recent .*06:41:00\)\] \(minimum 6 datapoints for OK -> ALARM transition\)\.$/,
  );
});

test("missing datapoints that were treated as something are said to be", () => {
  const settings = greater(1, { evaluationPeriods: 2, treatMissingData: "breaching" });
  assert.equal(
    reason(settings, slots(undefined, undefined)),
    "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
  );
  assert.equal(
    reason(greater(1, { treatMissingData: "notBreaching" }), slots(undefined)),
    "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
  );
  assert.equal(
    reason({ ...settings, limit: { comparison: "LessThanThreshold", threshold: 1 } }, slots(1, undefined)),
    "Threshold Crossed: 1 datapoint [1.0 (16/05/25 06:44:00)] was not less than the threshold (1.0) and 1 missing datapoint was treated as [Breaching].",
  );
  assert.equal(
    reason(greater(1, { evaluationPeriods: 20, datapointsToAlarm: 1, treatMissingData: "notBreaching" }), [
      ...slots(613),
      ...slots(...Array.from({ length: 19 }, () => undefined)).map(({ at }) => ({ at: at - MINUTE, point: undefined })),
    ]),
    "Threshold Crossed: 1 out of the last 20 datapoints [613.0 (16/05/25 06:45:00)] was greater than the threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).",
  );
});

test("insufficient data counts the periods of the evaluation", () => {
  assert.equal(reason(greater(1), slots(undefined)), "Insufficient Data: 1 datapoint was unknown.");
  assert.equal(
    reason(greater(1, { evaluationPeriods: 5 }), slots(...Array.from({ length: 7 }, () => undefined))),
    "Insufficient Data: 5 datapoints were unknown.",
  );
});

test("a band names its thresholds", () => {
  const band = (comparison: "GreaterThanUpperThreshold" | "LessThanLowerOrGreaterThanUpperThreshold"): string =>
    reason(greater(0, { datapointsToAlarm: 1, limit: { comparison } }), [
      { at: T, point: { at: T, value: 239, lower: 10.5, upper: 225.71426732099445 } },
    ]);
  assert.equal(
    band("GreaterThanUpperThreshold"),
    "Thresholds Crossed: 1 out of the last 1 datapoints [239.0 (16/05/25 06:45:00)] was greater than the upper thresholds [225.71426732099445] (minimum 1 datapoint for OK -> ALARM transition).",
  );
  assert.equal(
    band("LessThanLowerOrGreaterThanUpperThreshold"),
    "Thresholds Crossed: 1 out of the last 1 datapoints [239.0 (16/05/25 06:45:00)] was less than the lower thresholds [10.5] or greater than the upper thresholds [225.71426732099445] (minimum 1 datapoint for OK -> ALARM transition).",
  );
});

test("the data has its members as recorded", () => {
  const settings = greater(50, { evaluationPeriods: 2 });
  const data = (range: Slot[]) =>
    reasonData(settings, { statistic: "Average", unit: "Percent" }, evaluate(settings, range), T + 90_000);
  assert.equal(
    data(slots(51.5, 60)),
    '{"version":"1.0","queryDate":"2025-05-16T06:46:30.000+0000","startDate":"2025-05-16T06:44:00.000+0000","unit":"Percent","statistic":"Average","period":60,"recentDatapoints":[51.5,60.0],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2025-05-16T06:45:00.000+0000","sampleCount":2.0,"value":60.0},{"timestamp":"2025-05-16T06:44:00.000+0000","sampleCount":2.0,"value":51.5}]}',
  );
  assert.equal(
    data(slots(undefined, undefined)),
    '{"version":"1.0","queryDate":"2025-05-16T06:46:30.000+0000","unit":"Percent","statistic":"Average","period":60,"recentDatapoints":[],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2025-05-16T06:45:00.000+0000"},{"timestamp":"2025-05-16T06:44:00.000+0000"}]}',
  );
});

test("the data of a long evaluation stays within 4,000 characters and is JSON", () => {
  const settings = greater(0, { evaluationPeriods: 200 });
  const verdict = evaluate(settings, slots(...Array.from({ length: 202 }, (_, index) => index + 1 / 3)));
  const text = reasonData(settings, {}, verdict, T);
  assert.ok(text.length <= 4_000);
  assert.ok(text.length > 3_000);
  assert.equal(JSON.parse(text).evaluatedDatapoints[0].value, 201 + 1 / 3);
});
