import {
  type Alarm,
  alarmArn,
  type CompositeAlarm,
  type Condition,
  type Dimension,
  type MetricAlarm,
  type MetricDataQuery,
  type Scope,
} from "../alarm.ts";
import { suppressionMembers } from "../composite/suppression.ts";
import { stamp } from "../evaluation/reason-data.ts";
import type { Happening } from "./happening.ts";

/** What is known of a state in events. */
function stateMembers({ value, reason, reasonData, updatedAt }: Condition, alarm?: Alarm) {
  return {
    value,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: stamp(updatedAt),
    ...(alarm?.type === "CompositeAlarm" && suppressionMembers(alarm.suppression, "event")),
  };
}

/** The part that a function's event and a change of state on the bus have in common. */
function alarmData({ name, alarm, previous, before, contributor }: Happening) {
  return {
    alarmName: name,
    ...(contributor !== undefined && { alarmContributor: contributor }),
    state: stateMembers(alarm.condition, alarm),
    previousState: stateMembers(previous, before),
    configuration: reducedConfiguration(alarm),
  };
}

/** What a function is invoked with (user guide, "Invoking a Lambda function from an alarm"). */
export function functionEvent(happening: Happening): object {
  const { scope, name, alarm } = happening;
  return {
    source: "aws.cloudwatch",
    alarmArn: alarmArn(scope, name),
    accountId: scope.account,
    time: stamp(alarm.condition.updatedAt),
    region: scope.region,
    alarmData: alarmData(happening),
  };
}

/** `detail` of "CloudWatch Alarm State Change" (user guide, "Alarm events and EventBridge"). */
export function stateChangeDetail(
  happening: Happening,
  mute?: { readonly ruleArn: string; readonly startMs: number; readonly endMs: number },
): object {
  return {
    ...alarmData(happening),
    ...(mute && {
      muteDetail: { mutedByArn: mute.ruleArn, muteWindowStart: stamp(mute.startMs), muteWindowEnd: stamp(mute.endMs) },
    }),
  };
}

/** `detail` of "CloudWatch Alarm Configuration Change". */
export function configurationChangeDetail(
  name: string,
  operation: "create" | "update" | "delete",
  alarm: Alarm,
  previous: Alarm | undefined,
): object {
  return {
    alarmName: name,
    operation,
    state: { value: alarm.condition.value, timestamp: stamp(alarm.condition.updatedAt) },
    configuration: fullConfiguration(name, alarm),
    ...(operation === "update" && previous && { previousConfiguration: fullConfiguration(name, previous) }),
  };
}

function fullConfiguration(name: string, alarm: Alarm): object {
  return {
    ...(alarm.type === "MetricAlarm" && {
      evaluationPeriods: alarm.settings.evaluationPeriods,
      datapointsToAlarm: alarm.settings.datapointsToAlarm,
      threshold: alarm.settings.threshold,
      thresholdMetricId: alarm.settings.thresholdMetricId,
      comparisonOperator: alarm.settings.comparison,
      treatMissingData: alarm.settings.treatMissingData,
      evaluateLowSampleCountPercentile: alarm.settings.lowSamples,
    }),
    ...reducedConfiguration(alarm),
    alarmName: name,
    actionsEnabled: alarm.actionsEnabled,
    timestamp: stamp(alarm.configurationUpdatedAt),
    okActions: alarm.okActions,
    alarmActions: alarm.alarmActions,
    insufficientDataActions: alarm.insufficientDataActions,
  };
}

function reducedConfiguration(alarm: Alarm): object {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  return { ...description, ...(alarm.type === "MetricAlarm" ? { metrics: metrics(alarm) } : composite(alarm)) };
}

function composite({ rule, suppressor }: CompositeAlarm): object {
  return {
    alarmRule: rule,
    ...(suppressor && {
      actionsSuppressor: suppressor.alarm,
      actionsSuppressorWaitPeriod: suppressor.wait,
      actionsSuppressorExtensionPeriod: suppressor.extension,
    }),
  };
}

function metrics({ id, settings: { metric, queries = [] } }: MetricAlarm): object[] {
  if (metric === undefined) return queries.map(query);
  const { namespace, name, period, statistic, extendedStatistic, unit } = metric;
  return [
    {
      id,
      metricStat: {
        metric: { namespace, name, dimensions: dimensionMap(metric.dimensions) },
        period,
        stat: statistic ?? extendedStatistic,
        ...(unit !== undefined && { unit }),
      },
      returnData: true,
    },
  ];
}

function query({ Id, Expression, Label, MetricStat, Period, ReturnData, AccountId }: MetricDataQuery): object {
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(MetricStat !== undefined && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric?.Namespace,
          name: MetricStat.Metric?.MetricName,
          dimensions: dimensionMap(MetricStat.Metric?.Dimensions ?? []),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    ...(Label !== undefined && { label: Label }),
    ...(Period !== undefined && { period: Period }),
    ...(AccountId !== undefined && { accountId: AccountId }),
    returnData: ReturnData ?? true,
  };
}

const dimensionMap = (list: readonly Dimension[]) =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name ?? "", Value ?? ""]));

/** The scope's part of an event on the bus. */
export interface AlarmEvent {
  readonly scope: Scope;
  readonly at: number;
  readonly detailType:
    | "CloudWatch Alarm State Change"
    | "CloudWatch Alarm Configuration Change"
    | "CloudWatch Alarm Contributor State Change";
  readonly resources: readonly string[];
  readonly detail: object;
}
