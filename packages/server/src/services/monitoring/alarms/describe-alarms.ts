import type { AlarmType } from "@aws-sdk/client-cloudwatch";
import type { Resource } from "../../../platform/state/state.ts";
import type {
  MonitoringCall,
  MonitoringDeps,
  MonitoringInput,
  MonitoringOperation,
  MonitoringOutput,
} from "../operation.ts";
import {
  ALARM_KIND,
  type Alarm,
  actionsOf,
  alarmArn,
  type CompositeAlarm,
  type MetricAlarm,
  type Scope,
} from "./alarm.ts";
import { suppressionMembers } from "./composite/suppression.ts";
import { makePageToken, readPageToken } from "./page-token.ts";
import { validationError } from "./refusals.ts";

const DEFAULT_RECORDS = 50;
/** Alarms read at once while looking for those wanted. */
const READ = 1_000;

type Input = MonitoringInput<"DescribeAlarms">;
type Output = MonitoringOutput<"DescribeAlarms">;
type ApiMetricAlarm = NonNullable<Output["MetricAlarms"]>[number];
type ApiCompositeAlarm = NonNullable<Output["CompositeAlarms"]>[number];

/** In the order of their names. Metric alarms alone unless types are named. */
export const describeAlarms: MonitoringOperation<"DescribeAlarms"> = async (input, call, deps) => {
  if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined)
    return relatives(input, call, deps);
  if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined) {
    throw validationError("AlarmNames and AlarmNamePrefix can't be used together.");
  }
  const types = input.AlarmTypes ?? ["MetricAlarm"];
  const { NextToken: token, MaxRecords: limit = DEFAULT_RECORDS, ...asked } = input;
  const request = [call.operation, call.account, call.region, asked];
  const after = token === undefined ? undefined : readPageToken(token, request);
  if (token !== undefined && after === undefined) {
    throw call.error("InvalidNextToken", "The NextToken is not one of this request's.");
  }
  const wanted = ({ document }: Resource<Alarm>) => types.includes(document.type) && picks(input, document);
  const page: Resource<Alarm>[] = [];
  for (const alarm of candidates(input, call, deps, after)) {
    if (!wanted(alarm)) continue;
    if (page.length === limit) {
      return { ...describe(page, call), NextToken: makePageToken(page.at(-1)?.ref.key ?? "", request) };
    }
    page.push(alarm);
  }
  return describe(page, call);
};

function* candidates(
  { AlarmNames: names, AlarmNamePrefix: prefix }: Input,
  scope: Scope,
  { state, alarms }: MonitoringDeps,
  after: string | undefined,
): Generator<Resource<Alarm>> {
  if (names !== undefined) {
    for (const name of [...new Set(names)].sort()) {
      const found = after === undefined || name > after ? alarms.book.resource(scope, name) : undefined;
      if (found !== undefined) yield found;
    }
    return;
  }
  for (let position = after; ; ) {
    const page = state.list<Alarm>({
      kind: ALARM_KIND,
      account: scope.account,
      region: scope.region,
      limit: READ,
      ...(prefix !== undefined && { prefix }),
      ...(position !== undefined && { after: position }),
    });
    yield* page;
    if (page.length < READ) return;
    position = page.at(-1)?.ref.key;
  }
}

function picks({ StateValue: state, ActionPrefix: prefix }: Input, alarm: Alarm): boolean {
  if (state !== undefined && alarm.condition.value !== state) return false;
  if (prefix === undefined) return true;
  return (["OK", "ALARM", "INSUFFICIENT_DATA"] as const).some((value) =>
    actionsOf(alarm, value).some((arn) => arn.startsWith(prefix)),
  );
}

/** Children and parents of a composite alarm, with no more than AWS says of them. */
function relatives(input: Input, call: MonitoringCall, { alarms: { book } }: MonitoringDeps) {
  const {
    ChildrenOfAlarmName: parent,
    ParentsOfAlarmName: child,
    MaxRecords = DEFAULT_RECORDS,
    NextToken,
    ...others
  } = input;
  const set = Object.values({ ...others, ...(parent !== undefined && { child }) }).some((value) => value !== undefined);
  if (set) {
    throw validationError("ChildrenOfAlarmName and ParentsOfAlarmName can be used with MaxRecords and NextToken only.");
  }
  const name = parent ?? child ?? "";
  if (book.get(call, name) === undefined) throw call.error("ResourceNotFound", "");
  const request = [call.operation, call.account, call.region, parent, child];
  const after = NextToken === undefined ? "" : readPageToken(NextToken, request);
  if (after === undefined) throw call.error("InvalidNextToken", "The NextToken is not one of this request's.");
  const names =
    parent === undefined
      ? book.parentsOf(call, name)
      : (book.ruleOf(call, name)?.children ?? []).map((one) => one.name);
  const sorted = [...new Set(names)].sort().filter((one) => one > after);
  const page = sorted.slice(0, MaxRecords).flatMap((one) => book.resource(call, one) ?? []);
  const brief = ({ ref, document: { condition } }: Resource<Alarm>) => ({
    AlarmName: ref.key,
    AlarmArn: alarmArn(call, ref.key),
    ...(parent !== undefined && { StateValue: condition.value, StateUpdatedTimestamp: new Date(condition.updatedAt) }),
  });
  const ofType = (type: AlarmType) => page.filter(({ document }) => document.type === type).map(brief);
  return {
    MetricAlarms: ofType("MetricAlarm"),
    CompositeAlarms: ofType("CompositeAlarm"),
    NextToken: sorted.length > MaxRecords ? makePageToken(sorted[MaxRecords - 1] ?? "", request) : undefined,
  };
}

function describe(alarms: readonly Resource<Alarm>[], scope: Scope) {
  const MetricAlarms: ApiMetricAlarm[] = [];
  const CompositeAlarms: ApiCompositeAlarm[] = [];
  for (const { ref, document } of alarms) {
    if (document.type === "MetricAlarm") MetricAlarms.push(describeMetricAlarm(scope, ref.key, document));
    else CompositeAlarms.push(describeCompositeAlarm(scope, ref.key, document));
  }
  return { MetricAlarms, CompositeAlarms };
}

/** Members that were never set are left out. */
export function describeMetricAlarm(scope: Scope, name: string, alarm: MetricAlarm): ApiMetricAlarm {
  const { settings } = alarm;
  const { metric, queries, window, warmUp } = settings;
  return {
    ...common(scope, name, alarm),
    MetricName: metric?.name,
    Namespace: metric?.namespace,
    Statistic: metric?.statistic,
    ExtendedStatistic: metric?.extendedStatistic,
    Dimensions: [...(metric?.dimensions ?? [])],
    Period: metric?.period,
    Unit: metric?.unit,
    EvaluationPeriods: settings.evaluationPeriods,
    DatapointsToAlarm: settings.datapointsToAlarm,
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparison,
    TreatMissingData: settings.treatMissingData,
    EvaluateLowSampleCountPercentile: settings.lowSamples,
    Metrics: queries && [...queries],
    ThresholdMetricId: settings.thresholdMetricId,
    EvaluationState: alarm.evaluationState,
    EvaluationWindow:
      window &&
      (window.kind === "sliding" ? { SlidingWindow: {} } : { WallClockWindow: { Timezone: window.timezone } }),
    WarmUpConfiguration: warmUp && {
      WarmUpPeriodDurationInMinutes: warmUp.minutes,
      OnlyStartEvaluatingAfterWarmUpPeriodEnds: warmUp.onlyAfter,
    },
  };
}

function describeCompositeAlarm(scope: Scope, name: string, alarm: CompositeAlarm): ApiCompositeAlarm {
  return {
    ...common(scope, name, alarm),
    AlarmRule: alarm.rule,
    ActionsSuppressor: alarm.suppressor?.alarm,
    ActionsSuppressorWaitPeriod: alarm.suppressor?.wait,
    ActionsSuppressorExtensionPeriod: alarm.suppressor?.extension,
    ...suppressionMembers(alarm.suppression, "api"),
  };
}

function common(scope: Scope, name: string, { condition, ...alarm }: Alarm) {
  return {
    AlarmName: name,
    AlarmArn: alarmArn(scope, name),
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configurationUpdatedAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.okActions],
    AlarmActions: [...alarm.alarmActions],
    InsufficientDataActions: [...alarm.insufficientDataActions],
    StateValue: condition.value,
    StateReason: condition.reason,
    StateReasonData: condition.reasonData,
    StateUpdatedTimestamp: new Date(condition.updatedAt),
    StateTransitionedTimestamp: new Date(condition.transitionedAt),
  };
}
