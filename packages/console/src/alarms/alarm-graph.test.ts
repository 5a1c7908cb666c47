import assert from "node:assert/strict";
import { test } from "node:test";
import { graphOfAlarm, statesOf } from "./alarm-graph.ts";

test("an alarm is drawn with its metric and threshold; one of math with the rows that it reads", () => {
  assert.deepEqual(
    graphOfAlarm({
      Namespace: "N",
      MetricName: "m",
      Dimensions: [{ Name: "a", Value: "1" }],
      Statistic: "Sum",
      Period: 60,
      Threshold: 2,
      ComparisonOperator: "GreaterThanThreshold",
    }),
    {
      metrics: [["N", "m", "a", "1"]],
      stat: "Sum",
      period: 60,
      annotations: { horizontal: [{ value: 2, label: "Threshold > 2", color: "#d13212" }] },
    },
  );
  const math = graphOfAlarm({
    ThresholdMetricId: "band",
    Metrics: [
      {
        Id: "m1",
        MetricStat: { Metric: { Namespace: "N", MetricName: "m", Dimensions: [] }, Period: 120, Stat: "p90" },
        ReturnData: true,
      },
      { Id: "band", Expression: "ANOMALY_DETECTION_BAND(m1)", ReturnData: false },
    ],
  });
  assert.deepEqual(math.metrics, [
    ["N", "m", { id: "m1", visible: true, stat: "p90", period: 120 }],
    [{ id: "band", visible: true, expression: "ANOMALY_DETECTION_BAND(m1)" }],
  ]);
  assert.equal(math.period, 120);
});

test("states come from the history; without one, the state now holds since it began", () => {
  const span = { startMs: 1_000, endMs: 100_000 };
  const change = (Timestamp: number, from: string, to: string) => ({
    Timestamp,
    HistoryItemType: "StateUpdate" as const,
    HistoryData: JSON.stringify({ oldState: { stateValue: from }, newState: { stateValue: to } }),
  });
  assert.deepEqual(
    statesOf([change(40, "ALARM", "OK"), change(20, "OK", "ALARM")], { state: "OK", sinceMs: 0 }, span),
    [
      { atMs: 1_000, state: "OK" },
      { atMs: 20_000, state: "ALARM" },
      { atMs: 40_000, state: "OK" },
    ],
  );
  assert.deepEqual(statesOf([], { state: "ALARM", sinceMs: 500 }, span), [{ atMs: 1_000, state: "ALARM" }]);
  assert.deepEqual(
    statesOf(
      [{ Timestamp: 5, HistoryItemType: "StateUpdate", HistoryData: "{" }],
      { state: undefined, sinceMs: 0 },
      span,
    ),
    [],
  );
});

test("an alarm had no state before it was made", () => {
  const span = { startMs: 1_000, endMs: 60_000 };
  const created = {
    Timestamp: 30,
    HistoryItemType: "ConfigurationUpdate",
    HistorySummary: 'Alarm "a" created',
  } as const;
  const data = JSON.stringify({ newState: { stateValue: "OK" }, oldState: { stateValue: "INSUFFICIENT_DATA" } });
  const change = { Timestamp: 40, HistoryItemType: "StateUpdate", HistoryData: data } as const;
  assert.deepEqual(statesOf([change, created], { state: "OK", sinceMs: 40_000 }, span), [
    { atMs: 30_000, state: "INSUFFICIENT_DATA" },
    { atMs: 40_000, state: "OK" },
  ]);
});
