import assert from "node:assert/strict";
import { test } from "node:test";
import { formOfAlarm, putMetricAlarm } from "./alarm-call.ts";
import { type AlarmForm, EMPTY_ALARM, faultsOf, formOfAddress, newAction, textOfRows } from "./alarm-form.ts";
import { conditionOf, graphOfForm } from "./form-graph.ts";

const FORM: AlarmForm = {
  ...EMPTY_ALARM,
  metric: { namespace: "AWS/NATGateway", name: "BytesOutToDestination", dimensions: [["NatGatewayId", "nat-1"]] },
  stat: "Sum",
  period: 900,
  threshold: "2000000",
  actions: [{ id: "1", state: "ALARM", arn: "arn:aws:sns:us-east-1:1:t" }],
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
});

test("each step says what it lacks", () => {
  const f = (step: number, change: Partial<AlarmForm>, expected: readonly string[]) =>
    assert.deepEqual(Object.keys(faultsOf({ ...FORM, ...change }, step)), expected);
  for (const step of [0, 1, 2, 3]) f(step, {}, []);
  f(0, { metric: undefined }, ["metric"]);
  f(1, { threshold: "much" }, ["threshold"]);
  f(1, { of: "2", datapoints: "3" }, ["datapoints"]);
  f(2, { actions: [{ id: "1", state: "OK", arn: "" }] }, ["actions"]);
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

const MATH: AlarmForm = {
  ...FORM,
  kind: "math",
  metric: undefined,
  stat: "Average",
  period: 300,
  rows: [
    {
      kind: "metric",
      namespace: "N",
      metric: "errors",
      dimensions: [["a", "1"]],
      options: { id: "m1", stat: "Sum", period: 60 },
    },
    {
      kind: "metric",
      namespace: "N",
      metric: "calls",
      dimensions: [],
      options: { id: "m2", stat: "Sum", period: 60, unit: "Count" },
    },
    { kind: "expression", expression: "100 * m1 / m2", options: { id: "e1", label: "errors in %" } },
  ],
  watched: "e1",
  threshold: "5",
};

test("math is watched by one of its rows, and comes back as it was", () => {
  const call = putMetricAlarm(MATH);
  assert.deepEqual(
    call.Metrics?.map(({ Id, ReturnData, Expression, MetricStat }) => [Id, ReturnData, Expression ?? MetricStat?.Unit]),
    [
      ["m1", false, undefined],
      ["m2", false, "Count"],
      ["e1", true, "100 * m1 / m2"],
    ],
  );
  assert.deepEqual([call.MetricName, call.Period, call.Threshold], [undefined, undefined, 5]);
  assert.deepEqual(formOfAlarm({ ...call, AlarmName: "x" }), { ...MATH, name: "x" });
});

test("a band is a row of its own, of a metric or of math", () => {
  for (const start of [FORM, MATH]) {
    const form: AlarmForm = {
      ...start,
      limit: "band",
      side: "GreaterThanUpperThreshold",
      deviations: "2.5",
      threshold: "",
    };
    const call = putMetricAlarm(form);
    const band = call.Metrics?.at(-1);
    assert.deepEqual(
      [call.Threshold, call.ComparisonOperator, call.ThresholdMetricId, band?.Id, band?.Expression, band?.ReturnData],
      [
        undefined,
        "GreaterThanUpperThreshold",
        "ad1",
        "ad1",
        `ANOMALY_DETECTION_BAND(${start.kind === "math" ? "e1" : "m1"}, 2.5)`,
        true,
      ],
    );
    assert.deepEqual(formOfAlarm({ ...call, AlarmName: form.name }), form);
  }
});

test("what the wizard does not show stays, and an alarm that it can not show is told", () => {
  const kept = { ActionsEnabled: false, Unit: "Bytes", EvaluateLowSampleCountPercentile: "ignore" } as const;
  const call = putMetricAlarm({ ...FORM, kept });
  assert.deepEqual([call.ActionsEnabled, call.Unit, call.EvaluateLowSampleCountPercentile], [false, "Bytes", "ignore"]);
  assert.deepEqual(formOfAlarm(call)?.kept, kept);
  const Metrics = [
    ...(putMetricAlarm(MATH).Metrics ?? []),
    { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m2, 2)", ReturnData: true },
  ];
  const other = { Metrics, ThresholdMetricId: "ad1", ComparisonOperator: "LessThanLowerThreshold" } as const;
  assert.equal(formOfAlarm(other), undefined);
});

test("math says what is wrong with it", () => {
  const f = (expression: string, expected: RegExp | undefined) => {
    const rows = [...MATH.rows.slice(0, 2), { kind: "expression" as const, expression, options: { id: "e1" } }];
    const { rows: fault } = faultsOf({ ...MATH, rows }, 0);
    if (expected === undefined) assert.equal(fault, undefined);
    else assert.match(fault ?? "", expected);
  };
  f("m1 + m2", undefined);
  f("m1 + m9", /No row has the id m9/);
  f("m1 +", /./);
  assert.match(faultsOf({ ...MATH, watched: "" }, 0).rows ?? "", /watches/);
});

test("the preview draws what is watched with its threshold or its band", () => {
  const graph = graphOfForm(MATH);
  assert.deepEqual(
    graph?.metrics?.map((row) => (Array.isArray(row) ? row.at(-1).visible : undefined)),
    [false, false, true],
  );
  assert.deepEqual(graph?.annotations?.horizontal, [{ value: 5, label: "errors in % > 5", color: "#d13212" }]);
  const band = graphOfForm({ ...MATH, limit: "band" });
  assert.deepEqual(band?.metrics?.at(-1), [
    { id: "ad1", label: "Expected", expression: "ANOMALY_DETECTION_BAND(e1, 2)" },
  ]);
  assert.equal(graphOfForm({ ...MATH, watched: "" }), undefined);
  assert.equal(
    conditionOf({ ...MATH, limit: "band" }),
    "outside of a band of 2 standard deviations for 1 out of 1 datapoints",
  );
});

test("an address brings math along; actions have ids of their own", () => {
  const query = new URLSearchParams({ rows: textOfRows(MATH.rows), watched: "e1", period: "60" });
  const { kind, rows, watched } = formOfAddress(query);
  assert.deepEqual([kind, watched, rows.map(({ options }) => options.id)], ["math", "e1", ["m1", "m2", "e1"]]);
  assert.equal(formOfAddress(new URLSearchParams({ rows: "[[[", watched: "e1" })).kind, "metric");
  assert.equal(newAction([{ id: "4", state: "OK", arn: "" }]).id, "5");
});
