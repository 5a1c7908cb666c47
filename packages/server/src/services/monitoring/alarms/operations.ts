import type { MonitoringOperations } from "../operation.ts";
import { disableAlarmActions, enableAlarmActions } from "./alarm-actions.ts";
import { putCompositeAlarm } from "./composite/put-composite-alarm.ts";
import { deleteAlarms } from "./delete-alarms.ts";
import { describeAlarmContributors } from "./describe-alarm-contributors.ts";
import { describeAlarms } from "./describe-alarms.ts";
import { describeAlarmsForMetric } from "./describe-alarms-for-metric.ts";
import { describeAlarmHistory } from "./history/describe-alarm-history.ts";
import {
  deleteAlarmMuteRule,
  getAlarmMuteRule,
  listAlarmMuteRules,
  putAlarmMuteRule,
} from "./mute-rules/operations.ts";
import { putMetricAlarm } from "./put-metric-alarm.ts";
import { setAlarmState } from "./set-alarm-state.ts";
import { listTagsForResource, tagResource, untagResource } from "./tag-operations.ts";

export const alarmOperations = {
  DeleteAlarmMuteRule: deleteAlarmMuteRule,
  DeleteAlarms: deleteAlarms,
  DescribeAlarmContributors: describeAlarmContributors,
  DescribeAlarmHistory: describeAlarmHistory,
  DescribeAlarms: describeAlarms,
  DescribeAlarmsForMetric: describeAlarmsForMetric,
  DisableAlarmActions: disableAlarmActions,
  EnableAlarmActions: enableAlarmActions,
  GetAlarmMuteRule: getAlarmMuteRule,
  ListAlarmMuteRules: listAlarmMuteRules,
  ListTagsForResource: listTagsForResource,
  PutAlarmMuteRule: putAlarmMuteRule,
  PutCompositeAlarm: putCompositeAlarm,
  PutMetricAlarm: putMetricAlarm,
  SetAlarmState: setAlarmState,
  TagResource: tagResource,
  UntagResource: untagResource,
} satisfies MonitoringOperations;
