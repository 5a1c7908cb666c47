import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlarmForm, EMPTY_ALARM, faultsOf, formOfAddress, formOfAlarm, putMetricAlarm } from "./alarm-form.ts";

const FORM: AlarmForm = {
  ...EMPTY_ALARM,
  metric: { namespace: "AWS/NATGateway", name: "BytesOutToDestination", dimensions: [["NatGatewayId", "nat-1"]] },
  stat: "Sum",
  period: 900,
  threshold: "2000000",
  actions: [{ state: "ALARM", arn: "arn:aws:sns:us-east-1:1:t" }],
  name: "NAT gateway outgoing traffic alarm",
};

test("a form becomes the call, and an alarm the form again", () => {
  const call = putMetricAlarm(FORM);
  assert.deepEqual(call, {
    AlarmName: "NAT gateway outgoing traffic alarm",
    Namespace: "AWS/NATGateway",
    MetricName: "BytesOutToDestination",
    Dimensions: [{ Name: "NatGatewayId", Value: "nat-1" }],
    Statistic: "Sum",
    Period: 900,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: 2_000_000,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "missing",
    AlarmActions: ["arn:aws:sns:us-east-1:1:t"],
    OKActions: [],
    InsufficientDataActions: [],
  });
  assert.deepEqual(formOfAlarm({ ...call, AlarmName: FORM.name }), FORM);
  assert.equal(putMetricAlarm({ ...FORM, stat: "p99" }).ExtendedStatistic, "p99");
  assert.equal(formOfAlarm({ AlarmName: "math", Metrics: [] }), undefined);
});

test("each step says what it lacks", () => {
  const f = (step: number, change: Partial<AlarmForm>, expected: readonly string[]) =>
    assert.deepEqual(Object.keys(faultsOf({ ...FORM, ...change }, step)), expected);
  for (const step of [0, 1, 2, 3]) f(step, {}, []);
  f(0, { metric: undefined }, ["metric"]);
  f(1, { threshold: "much" }, ["threshold"]);
  f(1, { of: "2", datapoints: "3" }, ["datapoints"]);
  f(2, { actions: [{ state: "OK", arn: "" }] }, ["actions"]);
  f(3, { name: " " }, ["name"]);
  assert.throws(() => putMetricAlarm({ ...FORM, threshold: "" }), /not complete/);
});

test("an address chooses the metric; what it has wrong is left out", () => {
  const f = (text: string) => formOfAddress(new URLSearchParams(text));
  assert.deepEqual(f("namespace=N&metric=m&dimensions=%5B%5B%22a%22,%221%22%5D%5D&stat=Sum&period=30"), {
    ...EMPTY_ALARM,
    metric: { namespace: "N", name: "m", dimensions: [["a", "1"]] },
    stat: "Sum",
    period: 30,
  });
  assert.deepEqual(f("namespace=N&metric=m&dimensions=no&period=x").metric?.dimensions, []);
  assert.deepEqual(f("metric=m"), EMPTY_ALARM);
});
