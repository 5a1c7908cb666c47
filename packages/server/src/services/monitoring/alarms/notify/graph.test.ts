import assert from "node:assert/strict";
import { test } from "node:test";
import { readImageWidget } from "@nephoscope/languages/dashboard-body";
import type { MetricAlarm, MetricAlarmSettings } from "../alarm.ts";
import { SCOPE } from "../scenarios/alarm-life.ts";
import { compositeAlarm, metricAlarm } from "../scenarios/test-alarms.ts";
import { graphWidget } from "./graph.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;

/** The widget of an alarm that went from OK to ALARM, as the picture's reader takes it. */
function graphOf(settings: Partial<MetricAlarmSettings>) {
  const before = metricAlarm("a", NOW - 30 * MINUTE, "OK", settings);
  const condition = { value: "ALARM", reason: "one datapoint", updatedAt: NOW, transitionedAt: NOW } as const;
  const alarm: MetricAlarm = { ...before, condition };
  const happening = { scope: SCOPE, name: "a", alarm, previous: before.condition, before, afterMuteWindow: false };
  const { widget, errors } = readImageWidget(graphWidget(happening) ?? "");
  assert.deepEqual(errors, []);
  assert.ok(widget !== undefined);
  return widget;
}

test("the graph shows the metric around the change, why it came, the threshold and the states", () => {
  const widget = graphOf({ comparison: "GreaterThanThreshold", threshold: 2.5 });
  assert.equal(widget.subtitle, "ALARM: one datapoint");
  assert.deepEqual([widget.start, widget.end], ["2026-11-20T11:00:00.000Z", "2026-11-20T12:01:00.000Z"]);
  assert.deepEqual(widget.annotations?.horizontal, [
    { value: 2.5, label: "Threshold > 2.5", color: "#d13212", fill: "above" },
  ]);
  assert.deepEqual(widget.alarmStates, [
    { time: "2026-11-20T11:30:00.000Z", state: "OK" },
    { time: "2026-11-20T12:00:00.000Z", state: "ALARM" },
  ]);
});

test("the side that alarms is filled", () => {
  const fillOf = (comparison: MetricAlarmSettings["comparison"]) =>
    graphOf({ comparison, threshold: 1 }).annotations?.horizontal?.map((mark) => "fill" in mark && mark.fill);
  assert.deepEqual(fillOf("LessThanOrEqualToThreshold"), ["below"]);
  assert.deepEqual(fillOf("GreaterThanOrEqualToThreshold"), ["above"]);
});

test("an alarm on a band is drawn with its band and no threshold", () => {
  const widget = graphOf({
    comparison: "GreaterThanUpperThreshold",
    threshold: undefined,
    thresholdMetricId: "b",
    metric: undefined,
    queries: [
      { Id: "m", MetricStat: { Metric: { Namespace: "N", MetricName: "M" }, Period: 300, Stat: "Sum" } },
      { Id: "b", Expression: "ANOMALY_DETECTION_BAND(m, 2)" },
    ],
  });
  assert.deepEqual(widget.annotations?.horizontal, []);
  assert.equal(widget.metrics?.length, 2);
  assert.equal(widget.period, 300);
});

test("an alarm on other alarms has no graph", () => {
  const alarm = compositeAlarm("c", "ALARM(a)", NOW);
  const happening = {
    scope: SCOPE,
    name: "c",
    alarm,
    previous: alarm.condition,
    before: alarm,
    afterMuteWindow: false,
  };
  assert.equal(graphWidget(happening), undefined);
});
