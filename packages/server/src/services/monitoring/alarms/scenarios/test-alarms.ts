import type { CompositeAlarm, MetricAlarm, MetricAlarmSettings } from "../alarm.ts";
import type { StateValue } from "../evaluation/settings.ts";

/** For tests: alarms with settings that matter to none of them. */

export const TOPIC = "arn:aws:sns:eu-west-1:111122223333:t";

const base = (id: string, nowMs: number, state: StateValue) => ({
  id,
  actionsEnabled: true,
  okActions: [TOPIC],
  alarmActions: [TOPIC],
  insufficientDataActions: [TOPIC],
  tags: {},
  configurationUpdatedAt: nowMs,
  condition: { value: state, reason: "the start", updatedAt: nowMs, transitionedAt: nowMs },
});

/** Alarms on the metric of its name: more than 10 in one of one minute, unless told otherwise. */
export function metricAlarm(
  name: string,
  nowMs: number,
  state: StateValue = "OK",
  settings: Partial<MetricAlarmSettings> = {},
): MetricAlarm {
  return {
    ...base(`${name}-id`, nowMs, state),
    type: "MetricAlarm",
    settings: {
      metric: { namespace: "Life", name, dimensions: [], statistic: "Sum", period: 60 },
      evaluationPeriods: 1,
      comparison: "GreaterThanThreshold",
      threshold: 10,
      treatMissingData: "ignore",
      ...settings,
    },
  };
}

export function compositeAlarm(
  name: string,
  rule: string,
  nowMs: number,
  suppressor?: CompositeAlarm["suppressor"],
): CompositeAlarm {
  return {
    ...base(`${name}-id`, nowMs, "INSUFFICIENT_DATA"),
    type: "CompositeAlarm",
    rule,
    ...(suppressor !== undefined && { suppressor }),
  };
}
