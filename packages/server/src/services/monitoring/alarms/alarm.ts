import type { ComparisonOperator, EvaluationState, StandardUnit, Statistic } from "@aws-sdk/client-cloudwatch";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { MonitoringInput } from "../operation.ts";
import type { MissingDataTreatment, StateValue } from "./evaluation/settings.ts";

/** An account's region: alarms of different scopes know nothing of each other. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** The state of an alarm with why it is so. Times are milliseconds since the epoch. */
export interface Condition {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  readonly updatedAt: number;
  /** When `value` changed last. */
  readonly transitionedAt: number;
  /** The end of the newest period that was looked at; evaluations up to an earlier one would contradict what is known. */
  readonly evaluatedTo?: number;
}

interface AlarmBase {
  /** Tells the alarm from an earlier one of its name. */
  readonly id: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationUpdatedAt: number;
  readonly condition: Condition;
  /** The state before those whose actions a mute rule has held back; they run when it ends, unless the alarm is back in it. */
  readonly mutedSince?: StateValue;
}

/** One of `Metrics` as the API reads it. */
export type MetricDataQuery = NonNullable<MonitoringInput<"PutMetricAlarm">["Metrics"]>[number];
export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What the caller of PutMetricAlarm set, as it was set: what was left out stays out. */
export interface MetricAlarmSettings {
  readonly metric?: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: readonly Dimension[];
    readonly statistic?: Statistic;
    readonly extendedStatistic?: string;
    readonly period: number;
    readonly unit?: StandardUnit;
  };
  readonly queries?: readonly MetricDataQuery[];
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly comparison: ComparisonOperator;
  readonly threshold?: number;
  readonly thresholdMetricId?: string;
  readonly treatMissingData?: MissingDataTreatment;
  readonly lowSamples?: "evaluate" | "ignore";
  /** `sliding` and `wall-clock` as given; undefined slides too. */
  readonly window?: { readonly kind: "sliding" } | { readonly kind: "wall-clock"; readonly timezone?: string };
  readonly warmUp?: { readonly minutes: number; readonly onlyAfter?: boolean };
}

/** A series of a query that groups, in ALARM. */
export interface Contributor {
  /** The group's values by the keys of GROUP BY. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly reason: string;
  /** When it went into ALARM. */
  readonly since: number;
}

export interface MetricAlarm extends AlarmBase {
  readonly type: "MetricAlarm";
  readonly settings: MetricAlarmSettings;
  readonly evaluationState?: EvaluationState;
  /** While it warms up, the time at which that ends at the latest. */
  readonly warmingUntil?: number;
  /** By their ids, those that are in ALARM. */
  readonly contributors?: Readonly<Record<string, Contributor>>;
}

/** Why a composite alarm holds its actions back. */
export interface Suppression {
  readonly by: "WaitPeriod" | "ExtensionPeriod" | "Alarm";
  /** When it ends by itself; none while the suppressor is in ALARM. */
  readonly until?: number;
  /** The state whose actions ran last. */
  readonly acted: StateValue;
}

export interface CompositeAlarm extends AlarmBase {
  readonly type: "CompositeAlarm";
  readonly rule: string;
  /** `alarm` is a name or an ARN as given; the periods are seconds. */
  readonly suppressor?: { readonly alarm: string; readonly wait: number; readonly extension: number };
  readonly suppression?: Suppression;
}

export type Alarm = MetricAlarm | CompositeAlarm;

export const ALARM_KIND = "monitoring.alarm";

export function alarmRef({ account, region }: Scope, name: string): ResourceRef {
  return { kind: ALARM_KIND, account, region, key: name };
}

export function findAlarm(state: State, scope: Scope, name: string): Resource<Alarm> | undefined {
  return state.get<Alarm>(alarmRef(scope, name));
}

export function alarmArn({ account, region }: Scope, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

const ARN = /^arn:aws[a-zA-Z-]*:cloudwatch:([a-z0-9-]+):(\d{12}):alarm:(.{1,255})$/s;

/** The parts of an alarm's ARN, or undefined for any other text. */
export function parseAlarmArn(text: string): { scope: Scope; name: string } | undefined {
  const [, region, account, name] = ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return { scope: { account, region }, name };
}

/** The actions that a state has. */
export function actionsOf(alarm: Alarm, state: StateValue): readonly string[] {
  if (state === "ALARM") return alarm.alarmActions;
  return state === "OK" ? alarm.okActions : alarm.insufficientDataActions;
}
