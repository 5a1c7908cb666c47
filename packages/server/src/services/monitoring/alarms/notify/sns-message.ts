import {
  alarmArn,
  type CompositeAlarm,
  type Dimension,
  type MetricAlarm,
  type MetricAlarmSettings,
  type MetricDataQuery,
} from "../alarm.ts";
import { stamp } from "../evaluation/reason-data.ts";
import { alarmPeriod } from "../evaluation/settings-of-alarm.ts";
import type { Happening } from "./happening.ts";
import { Double, type JavaValue, javaJson } from "./java-json.ts";
import { regionName } from "./region-names.ts";
import { triggeringChildren } from "./triggering-children.ts";

/** Longest subject that SNS takes. */
const MAX_SUBJECT = 100;

/** `ALARM: "name" in US East (N. Virginia)`: a long name is cut, and what is not ASCII becomes `_`, as in published mails. */
export function subjectOf({ scope, name, alarm }: Happening): string {
  const region = regionName(scope.region);
  const state = alarm.condition.value;
  const room = MAX_SUBJECT - `${state}: "" in ${region}`.length;
  const plain = name.replaceAll(/[^\x20-\x7e]+/g, "_");
  return `${state}: "${plain.length > room ? `${plain.slice(0, room - 3)}...` : plain}" in ${region}`;
}

/** The JSON document that topics get, member by member in the order that was recorded from CloudWatch. */
export function snsMessage(happening: Happening): string {
  const { scope, name, alarm, previous } = happening;
  return javaJson({
    AlarmName: name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: scope.account,
    AlarmConfigurationUpdatedTimestamp: stamp(alarm.configurationUpdatedAt),
    NewStateValue: alarm.condition.value,
    NewStateReason: alarm.condition.reason,
    StateChangeTime: stamp(alarm.condition.updatedAt),
    Region: regionName(scope.region),
    AlarmArn: alarmArn(scope, name),
    OldStateValue: previous.value,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    ActionExecutedAfterMuteWindow: happening.afterMuteWindow,
    AlarmContributorId: happening.contributor?.id,
    AlarmContributorAttributes: happening.contributor?.attributes,
    ...(alarm.type === "MetricAlarm" ? { Trigger: trigger(alarm) } : compositeMembers(alarm)),
  });
}

function compositeMembers({ rule, condition }: CompositeAlarm): { [name: string]: JavaValue } {
  return {
    AlarmRule: rule,
    TriggeringChildren: triggeringChildren(condition).map(({ arn, value, timestamp }) => ({
      Arn: arn,
      State: { Value: value, Timestamp: timestamp },
    })),
  };
}

function trigger({ settings }: MetricAlarm): JavaValue {
  const { metric } = settings;
  const evaluation = {
    Period: alarmPeriod(settings),
    EvaluationPeriods: settings.evaluationPeriods,
    DatapointsToAlarm: settings.datapointsToAlarm,
    ComparisonOperator: settings.comparison,
    Threshold: settings.threshold === undefined ? undefined : new Double(settings.threshold),
    ThresholdMetricId: settings.thresholdMetricId,
    TreatMissingData: settings.treatMissingData ?? "",
    EvaluateLowSampleCountPercentile: settings.lowSamples ?? "",
  };
  if (metric === undefined) return { ...evaluation, Metrics: (settings.queries ?? []).map(query) };
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    ...statisticMembers(metric),
    Unit: metric.unit ?? null,
    Dimensions: dimensions(metric.dimensions),
    ...evaluation,
  };
}

function statisticMembers({ statistic, extendedStatistic }: NonNullable<MetricAlarmSettings["metric"]>) {
  return extendedStatistic === undefined
    ? { StatisticType: "Statistic", Statistic: (statistic ?? "").toUpperCase() }
    : { StatisticType: "ExtendedStatistic", ExtendedStatistic: extendedStatistic };
}

function query({ Id, Expression, Label, MetricStat, Period, ReturnData, AccountId }: MetricDataQuery): JavaValue {
  return {
    Expression,
    Id,
    Label,
    MetricStat: MetricStat && {
      Metric: {
        Dimensions: dimensions(MetricStat.Metric?.Dimensions ?? []),
        MetricName: MetricStat.Metric?.MetricName,
        Namespace: MetricStat.Metric?.Namespace,
      },
      Period: MetricStat.Period,
      Stat: MetricStat.Stat,
      Unit: MetricStat.Unit,
    },
    Period,
    ReturnData,
    AccountId,
  };
}

const dimensions = (list: readonly Dimension[]) => list.map(({ Name, Value }) => ({ value: Value, name: Name }));
