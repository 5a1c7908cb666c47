import type { AlarmType, HistoryItemType } from "@aws-sdk/client-cloudwatch";
import type { Change, ResourceRef } from "../../../../platform/state/state.ts";
import type { Alarm, Condition, Scope } from "../alarm.ts";
import { suppressionMembers } from "../composite/suppression.ts";
import { stamp } from "../evaluation/reason-data.ts";
import type { AlarmContributorName, Happening } from "../notify/happening.ts";
import { javaJson, RawJson } from "../notify/java-json.ts";

/** One line of an alarm's history, as it is kept. It outlives the alarm. */
export interface HistoryItem {
  readonly alarmType: AlarmType;
  readonly itemType: HistoryItemType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
  /** The series of a query that groups that it is about. */
  readonly contributor?: AlarmContributorName;
}

/** Items by alarm, then by time. */
export const HISTORY_KIND = "monitoring.alarm-history";
/** The same by time alone: the key of the item in HISTORY_KIND. */
export const HISTORY_ORDER_KIND = "monitoring.alarm-history-order";

export interface HistoryOrder {
  readonly key: string;
}

/** Bounds of the API. */
const MAX_SUMMARY = 255;
const MAX_DATA = 4_095;

/** Stands between an alarm's name and the rest of a key: no name has a control character. */
const SEPARATOR = "\u0001";

/** Keys of one alarm's items begin with this. */
export const historyPrefix = (name: string) => `${name}${SEPARATOR}`;
/** The name of the alarm in a key of HISTORY_KIND. */
export const alarmOfKey = (key: string) => key.slice(0, key.indexOf(SEPARATOR));
/** Sorts before every item of this time and after those of earlier ones. */
export const historyTime = (ms: number) => String(Math.max(0, Math.floor(ms))).padStart(14, "0");

export function historyRef({ account, region }: Scope, key: string): ResourceRef {
  return { kind: HISTORY_KIND, account, region, key };
}

/** What stores an item. `unique` tells it from others of its alarm and time. */
export function historyChanges(scope: Scope, name: string, unique: string, item: HistoryItem): Change[] {
  const place = `${historyTime(item.at)}-${unique}`;
  const key = `${historyPrefix(name)}${place}`;
  const order: HistoryOrder = { key };
  const document: HistoryItem = { ...item, summary: item.summary.slice(0, MAX_SUMMARY), data: item.data };
  return [
    { put: historyRef(scope, key), document, expect: "any" },
    {
      put: {
        kind: HISTORY_ORDER_KIND,
        account: scope.account,
        region: scope.region,
        key: `${place}${SEPARATOR}${name}`,
      },
      document: order,
      expect: "any",
    },
  ];
}

/** `Alarm updated from OK to ALARM` with both conditions, as recorded from CloudWatch. */
export function stateUpdateItem(before: Alarm, after: Alarm): HistoryItem {
  const state = (alarm: Alarm, withData: boolean) => ({
    stateValue: alarm.condition.value,
    stateReason: alarm.condition.reason,
    ...(withData && dataOf(alarm.condition)),
    ...(alarm.type === "CompositeAlarm" && suppressionMembers(alarm.suppression, "event")),
  });
  const write = (oldData: boolean, newData: boolean) =>
    javaJson({ version: "1.0", oldState: state(before, oldData), newState: state(after, newData) });
  // Data that would not fit is left out, that of the old state first.
  const fits = [write(true, true), write(false, true), write(false, false)].find((text) => text.length <= MAX_DATA);
  return {
    alarmType: after.type,
    itemType: "StateUpdate",
    at: after.condition.updatedAt,
    summary: `Alarm updated from ${before.condition.value} to ${after.condition.value}`,
    data: fits ?? JSON.stringify({ version: "1.0" }),
  };
}

/** The change of one series of an alarm. */
export function contributorUpdateItem({ alarm, previous, contributor }: Happening): HistoryItem {
  const { value, reason, updatedAt } = alarm.condition;
  const state = { stateValue: value, stateReason: reason };
  return {
    alarmType: alarm.type,
    itemType: "AlarmContributorStateUpdate",
    at: updatedAt,
    summary: `Alarm contributor updated from ${previous.value} to ${value}`,
    data: JSON.stringify({ version: "1.0", oldState: { stateValue: previous.value }, newState: state }).slice(
      0,
      MAX_DATA,
    ),
    ...(contributor !== undefined && { contributor }),
  };
}

/** In the history the data of a reason is a JSON object; what a caller set may be any JSON, or none. */
function dataOf({ reasonData }: Condition): { stateReasonData?: RawJson } {
  if (reasonData === undefined) return {};
  try {
    JSON.parse(reasonData);
  } catch {
    return {};
  }
  return { stateReasonData: new RawJson(reasonData) };
}

export type ConfigurationChange = "Create" | "Update" | "Delete";

/** `Alarm "name" created`, with the configuration. */
export function configurationItem(
  name: string,
  change: ConfigurationChange,
  alarm: Alarm,
  previous: Alarm | undefined,
  at: number,
): HistoryItem {
  const [member, verb] = CONFIGURATION[change];
  const now = configurationMembers(name, alarm);
  const before = previous === undefined ? {} : configurationMembers(name, previous);
  const changed = Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(now[key]));
  const text = JSON.stringify({
    version: "1.0",
    type: change,
    [member]: now,
    ...(change === "Update" && { originalUpdatedFields: Object.fromEntries(changed) }),
  });
  return {
    alarmType: alarm.type,
    itemType: "ConfigurationUpdate",
    at,
    summary: `Alarm "${name}" ${verb}`,
    data: text.length <= MAX_DATA ? text : JSON.stringify({ version: "1.0", type: change, truncated: true }),
  };
}

const CONFIGURATION: Readonly<Record<ConfigurationChange, readonly [member: string, verb: string]>> = {
  Create: ["createdAlarm", "created"],
  Update: ["updatedAlarm", "updated"],
  Delete: ["deletedAlarm", "deleted"],
};

function configurationMembers(name: string, alarm: Alarm): Record<string, unknown> {
  const common = {
    alarmName: name,
    alarmDescription: alarm.description,
    actionsEnabled: alarm.actionsEnabled,
    okActions: alarm.okActions,
    alarmActions: alarm.alarmActions,
    insufficientDataActions: alarm.insufficientDataActions,
    alarmConfigurationUpdatedTimestamp: stamp(alarm.configurationUpdatedAt),
    stateValue: alarm.condition.value,
    stateUpdatedTimestamp: stamp(alarm.condition.updatedAt),
  };
  if (alarm.type === "CompositeAlarm") {
    const { rule, suppressor } = alarm;
    return {
      ...common,
      alarmRule: rule,
      actionsSuppressor: suppressor?.alarm,
      actionsSuppressorWaitPeriod: suppressor?.wait,
      actionsSuppressorExtensionPeriod: suppressor?.extension,
    };
  }
  const { metric, queries, ...settings } = alarm.settings;
  return {
    ...common,
    namespace: metric?.namespace,
    metricName: metric?.name,
    dimensions: metric?.dimensions.map(({ Name, Value }) => ({ name: Name, value: Value })) ?? [],
    statistic: metric?.statistic,
    extendedStatistic: metric?.extendedStatistic,
    period: metric?.period,
    unit: metric?.unit,
    metrics: queries,
    evaluationPeriods: settings.evaluationPeriods,
    datapointsToAlarm: settings.datapointsToAlarm,
    threshold: settings.threshold,
    thresholdMetricId: settings.thresholdMetricId,
    comparisonOperator: settings.comparison,
    treatMissingData: settings.treatMissingData,
    evaluateLowSampleCountPercentile: settings.lowSamples,
  };
}

/** How an action went. `message` is what was published, where something was. */
export function actionItem(
  alarmType: AlarmType,
  action: {
    readonly arn: string;
    readonly stateUpdatedAt: number;
    readonly message?: string;
    readonly contributor?: AlarmContributorName | undefined;
  },
  error: string | undefined,
  at: number,
): HistoryItem {
  const write = (message: string | null) =>
    JSON.stringify({
      actionState: error === undefined ? "Succeeded" : "Failed",
      stateUpdateTimestamp: action.stateUpdatedAt,
      notificationResource: action.arn,
      publishedMessage: message,
      error: error ?? null,
    });
  const whole = write(error === undefined ? (action.message ?? null) : null);
  return {
    alarmType,
    itemType: action.contributor === undefined ? "Action" : "AlarmContributorAction",
    at,
    ...(action.contributor !== undefined && { contributor: action.contributor }),
    summary:
      error === undefined
        ? `Successfully executed action ${action.arn}`
        : `Failed to execute action ${action.arn}. Received error: "${error}"`,
    data: whole.length <= MAX_DATA ? whole : write(null).slice(0, MAX_DATA),
  };
}
