import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import type { State } from "../../platform/state/state.ts";
import { alarmArn, findAlarm, parseAlarmArn } from "./alarms/alarm.ts";
import { type MuteRule, muteRuleArn, muteRuleRef, parseMuteRuleArn } from "./alarms/mute-rules/mute-rule.ts";
import { dashboardArn, findDashboard, nameInArn } from "./dashboards/dashboard.ts";
import type { MonitoringCall, MonitoringSdk } from "./operation.ts";

const anywhere = (action: string) => (): Need => ({ action: `cloudwatch:${action}`, resource: "*" });

const ofAlarm = (action: string, call: MonitoringCall, name: string, keys?: Need["keys"]): Need => ({
  action: `cloudwatch:${action}`,
  resource: alarmArn(call, name),
  ...(keys !== undefined && { keys }),
});

const ofAlarms =
  (action: string) =>
  (input: { readonly AlarmNames: readonly string[] }, call: MonitoringCall): readonly Need[] =>
    orAll(input.AlarmNames).map((name) => ofAlarm(action, call, name));

/** A call that names none is about all, so that it is asked for something. */
const orAll = (names: readonly string[]): readonly string[] => (names.length === 0 ? ["*"] : [...new Set(names)]);

const ofRule = (action: string, call: MonitoringCall, name: string): Need => ({
  action: `cloudwatch:${action}`,
  resource: muteRuleArn(call, name),
});

const ofDashboard = (action: string, call: MonitoringCall, name: string, keys?: Need["keys"]): Need => ({
  action: `cloudwatch:${action}`,
  resource: dashboardArn(call, name),
  ...(keys !== undefined && { keys }),
});

/** The one ARN that policies know a resource by, however the call wrote it. */
function ofArn(action: string, call: MonitoringCall, arn: string, keys?: Need["keys"]): Need {
  const dashboard = nameInArn(arn, call);
  const alarm = parseAlarmArn(arn);
  const rule = parseMuteRuleArn(arn);
  const resource =
    dashboard !== undefined
      ? dashboardArn(call, dashboard)
      : alarm !== undefined
        ? alarmArn(alarm.scope, alarm.name)
        : rule !== undefined
          ? muteRuleArn(rule.scope, rule.name)
          : arn;
  return { action: `cloudwatch:${action}`, resource, ...(keys !== undefined && { keys }) };
}

/** CloudWatch tells policies to what an alarm would do (Service Authorization Reference, "CloudWatch"). */
const actionsOf = (input: {
  readonly AlarmActions?: readonly string[] | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
}): Need["keys"] => ({
  "cloudwatch:AlarmActions": [
    ...(input.AlarmActions ?? []),
    ...(input.OKActions ?? []),
    ...(input.InsufficientDataActions ?? []),
  ],
});

/** What each operation of CloudWatch needs (Service Authorization Reference, "CloudWatch"). */
export function monitoringAccess({ state }: { readonly state: State }): ServiceAccess {
  return serviceAccess<MonitoringSdk>(
    {
      DeleteAlarmMuteRule: (input, call) => ofRule("DeleteAlarmMuteRule", call, input.AlarmMuteRuleName),
      DeleteAlarms: ofAlarms("DeleteAlarms"),
      DeleteAnomalyDetector: anywhere("DeleteAnomalyDetector"),
      DeleteDashboards: (input, call) =>
        orAll(input.DashboardNames).map((name) => ofDashboard("DeleteDashboards", call, name)),
      DescribeAlarmContributors: (input, call) => ofAlarm("DescribeAlarmContributors", call, input.AlarmName),
      DescribeAlarmHistory: (input, call) => ofAlarm("DescribeAlarmHistory", call, input.AlarmName ?? "*"),
      DescribeAlarms: (_input, call) => ofAlarm("DescribeAlarms", call, "*"),
      DescribeAlarmsForMetric: (_input, call) => ofAlarm("DescribeAlarmsForMetric", call, "*"),
      DescribeAnomalyDetectors: anywhere("DescribeAnomalyDetectors"),
      DisableAlarmActions: ofAlarms("DisableAlarmActions"),
      EnableAlarmActions: ofAlarms("EnableAlarmActions"),
      GetAlarmMuteRule: (input, call) => ofRule("GetAlarmMuteRule", call, input.AlarmMuteRuleName),
      GetDashboard: (input, call) => ofDashboard("GetDashboard", call, input.DashboardName),
      GetMetricData: anywhere("GetMetricData"),
      GetMetricStatistics: anywhere("GetMetricStatistics"),
      GetMetricWidgetImage: anywhere("GetMetricWidgetImage"),
      ListAlarmMuteRules: (_input, call) => ofRule("ListAlarmMuteRules", call, "*"),
      ListDashboards: (_input, call) => ofDashboard("ListDashboards", call, "*"),
      ListMetrics: anywhere("ListMetrics"),
      ListTagsForResource: (input, call) => ofArn("ListTagsForResource", call, input.ResourceARN),
      PutAlarmMuteRule: (input, call) => [
        { ...ofRule("PutAlarmMuteRule", call, input.Name), keys: requestTags(input.Tags) },
        // It silences alarms, so it needs the right to each of them (user guide, "Alarm mute rules").
        ...(input.MuteTargets?.AlarmNames ?? []).map((name) => ofAlarm("PutAlarmMuteRule", call, name)),
      ],
      PutAnomalyDetector: anywhere("PutAnomalyDetector"),
      PutCompositeAlarm: (input, call) =>
        ofAlarm("PutCompositeAlarm", call, input.AlarmName, { ...actionsOf(input), ...requestTags(input.Tags) }),
      PutDashboard: (input, call) => ofDashboard("PutDashboard", call, input.DashboardName, requestTags(input.Tags)),
      PutMetricAlarm: (input, call) =>
        ofAlarm("PutMetricAlarm", call, input.AlarmName, { ...actionsOf(input), ...requestTags(input.Tags) }),
      PutMetricData: (input) => ({
        action: "cloudwatch:PutMetricData",
        resource: "*",
        keys: { "cloudwatch:namespace": input.Namespace },
      }),
      SetAlarmState: (input, call) => ofAlarm("SetAlarmState", call, input.AlarmName),
      TagResource: (input, call) => ofArn("TagResource", call, input.ResourceARN, requestTags(input.Tags)),
      UntagResource: (input, call) => ofArn("UntagResource", call, input.ResourceARN, tagKeys(input.TagKeys)),
    },
    {
      resource(arn, call) {
        const dashboard = findDashboard(state, call, nameInArn(arn, call) ?? "");
        if (dashboard !== undefined) return { account: call.account, tags: dashboard.document.tags };
        const rule = parseMuteRuleArn(arn);
        const place = parseAlarmArn(arn);
        const found =
          rule === undefined
            ? place && findAlarm(state, place.scope, place.name)
            : state.get<MuteRule>(muteRuleRef(rule.scope, rule.name));
        return found && { account: found.ref.account, tags: found.document.tags };
      },
    },
  );
}
