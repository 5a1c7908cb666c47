import type { Change, CommitRequest, Resource } from "../../../platform/state/state.ts";
import { type Alarm, actionsOf, alarmArn, type Condition, type MetricAlarm, type Suppression } from "./alarm.ts";
import { ALARM_ACTIONS_QUEUE, type AlarmAction } from "./deliver/alarm-action.ts";
import type { StateValue } from "./evaluation/settings.ts";
import type { ContributorChange, ContributorChanges } from "./evaluator/contributor-changes.ts";
import { contributorUpdateItem, historyChanges, stateUpdateItem } from "./history/history-item.ts";
import type { MuteBook } from "./mute-rules/mute-book.ts";
import { type AlarmEvent, stateChangeDetail } from "./notify/event-document.ts";
import type { Happening } from "./notify/happening.ts";
import { notificationOf } from "./notify/notification-of.ts";

/** A message that goes out with a commit. */
export type OutboxEntry = NonNullable<CommitRequest["outbox"]>[number];

/** What changes of state need beside the alarm. */
export interface TransitionTools {
  readonly mutes: MuteBook;
  /** The message by which an event reaches the bus of events; none while there is no bus. */
  readonly events: (event: AlarmEvent) => readonly OutboxEntry[];
  /** A new unique id, rising with time. */
  readonly newId: () => string;
}

/** What one commit writes about an alarm. */
export interface AlarmCommit {
  readonly changes: readonly Change[];
  readonly outbox: readonly OutboxEntry[];
}

export interface NewCondition {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData?: string | undefined;
  readonly evaluatedTo?: number | undefined;
}

export interface ConditionOptions {
  /** Undefined for an alarm whose actions nothing suppresses: they run. */
  readonly suppression?: { readonly suppression: Suppression | undefined; readonly act: boolean };
  /** The rest of a metric alarm's state that changes along. */
  readonly evaluation?: Pick<MetricAlarm, "evaluationState" | "warmingUntil">;
  /** Series of a query that groups. Each that changes is told of by itself; the alarm's own change then runs no actions. */
  readonly contributors?: ContributorChanges;
}

/**
 * Puts an alarm into a condition: its document, the line of its history, its actions and its event, all to be written in one
 * commit, so that after a crash either all of it has happened or nothing. Actions run only when the value changes.
 */
export function changeCondition(
  tools: TransitionTools,
  resource: Resource<Alarm>,
  condition: NewCondition,
  now: number,
  options: ConditionOptions = {},
): AlarmCommit {
  const { ref, version, document: before } = resource;
  const changed = condition.value !== before.condition.value;
  const { value, reason, reasonData, evaluatedTo } = condition;
  const moved: Alarm = {
    ...withContributors(
      withSuppression(withEvaluation(before, options.evaluation), options.suppression?.suppression),
      options.contributors,
    ),
    condition: {
      value,
      reason,
      ...(reasonData !== undefined && { reasonData }),
      ...(evaluatedTo !== undefined && { evaluatedTo }),
      updatedAt: changed || before.type === "CompositeAlarm" ? now : before.condition.updatedAt,
      transitionedAt: changed ? now : before.condition.transitionedAt,
    },
  };
  const ofContributors = options.contributors?.changes ?? [];
  if (!changed && ofContributors.length === 0)
    return { changes: [{ put: ref, document: moved, expect: version }], outbox: [] };

  const mute = tools.mutes.activeFor(ref, ref.key, now);
  const acts = options.suppression?.act ?? true;
  const after = withMute(
    moved,
    acts && mute !== undefined ? (before.mutedSince ?? stateBefore(before, changed, ofContributors)) : undefined,
    acts,
  );
  const happening: Happening = {
    scope: ref,
    name: ref.key,
    alarm: after,
    previous: before.condition,
    before,
    afterMuteWindow: false,
  };
  const told = ofContributors.map((change) => happeningOf(happening, change, now));
  const executes = acts && mute === undefined;
  return {
    changes: [
      { put: ref, document: after, expect: version },
      ...(changed ? historyChanges(ref, ref.key, tools.newId(), stateUpdateItem(before, after)) : []),
      ...told.flatMap((one) => historyChanges(ref, ref.key, tools.newId(), contributorUpdateItem(one))),
    ],
    outbox: [
      ...(executes ? (told.length > 0 ? told : [happening]).flatMap((one) => actionMessages(tools, one)) : []),
      ...(changed ? events(tools, happening, mute) : []),
      ...told.flatMap((one) => events(tools, one, mute)),
    ],
  };
}

/** The state whose actions ran last; a further series in ALARM makes up for one that was not. */
function stateBefore(
  { condition }: Alarm,
  changed: boolean,
  changes: readonly ContributorChange[],
): StateValue | undefined {
  if (changed) return condition.value;
  return changes.some(({ value }) => value === "ALARM") ? "OK" : undefined;
}

/** What happened to one series of an alarm, told as if it were the alarm. */
function happeningOf(alarm: Happening, { id, attributes, value, reason }: ContributorChange, now: number): Happening {
  const condition: Condition = { value, reason, updatedAt: now, transitionedAt: now };
  return {
    ...alarm,
    alarm: { ...alarm.alarm, condition },
    previous: { ...condition, value: value === "ALARM" ? "OK" : "ALARM", reason: "" },
    contributor: { id, attributes },
  };
}

/**
 * Ends the holding back of an alarm's actions without a change of its state: those of the state it is in now run if `act`. In
 * events and messages the state is then its own predecessor (user guide, "Invoking a Lambda function from an alarm").
 */
export function releaseActions(
  tools: TransitionTools,
  resource: Resource<Alarm>,
  release: { readonly act: boolean; readonly suppression: Suppression | undefined; readonly afterMuteWindow: boolean },
  now: number,
): AlarmCommit {
  const { ref, version, document: before } = resource;
  const mute = release.act ? tools.mutes.activeFor(ref, ref.key, now) : undefined;
  const lifted = withSuppression(before, release.suppression);
  const heldSince = before.type === "CompositeAlarm" ? before.suppression?.acted : undefined;
  const after = release.afterMuteWindow
    ? withMute(lifted, undefined, true)
    : withMute(lifted, mute === undefined ? undefined : (before.mutedSince ?? heldSince), release.act);
  const happening: Happening = {
    scope: ref,
    name: ref.key,
    alarm: after,
    previous: before.condition,
    before,
    afterMuteWindow: release.afterMuteWindow,
  };
  const acts = release.act && mute === undefined;
  return {
    changes: [{ put: ref, document: after, expect: version }],
    outbox: acts
      ? [
          ...stillInAlarm(happening, now).flatMap((one) => actionMessages(tools, one)),
          ...events(tools, happening, undefined),
        ]
      : [],
  };
}

/** Of an alarm on a query that groups each series that is in ALARM, of another the alarm itself. */
function stillInAlarm(happening: Happening, now: number): Happening[] {
  const { contributors = {} } = happening.alarm.type === "MetricAlarm" ? happening.alarm : {};
  const series = Object.entries(contributors).map(([id, { attributes, reason }]) =>
    happeningOf(happening, { id, attributes, value: "ALARM", reason }, now),
  );
  return series.length > 0 ? series : [happening];
}

function actionMessages(tools: TransitionTools, happening: Happening): OutboxEntry[] {
  const { scope, name, alarm } = happening;
  if (!alarm.actionsEnabled) return [];
  return actionsOf(alarm, alarm.condition.value).map((arn) => {
    const payload: AlarmAction = {
      account: scope.account,
      region: scope.region,
      alarm: name,
      alarmType: alarm.type,
      arn,
      notification: notificationOf(tools.newId(), happening),
      ...(happening.contributor !== undefined && { contributor: happening.contributor }),
    };
    return { queue: ALARM_ACTIONS_QUEUE, payload };
  });
}

function events(
  tools: TransitionTools,
  happening: Happening,
  mute: Parameters<typeof stateChangeDetail>[1],
): readonly OutboxEntry[] {
  return tools.events({
    scope: { account: happening.scope.account, region: happening.scope.region },
    at: happening.alarm.condition.updatedAt,
    detailType:
      happening.contributor === undefined
        ? "CloudWatch Alarm State Change"
        : "CloudWatch Alarm Contributor State Change",
    resources: [alarmArn(happening.scope, happening.name)],
    detail: stateChangeDetail(happening, mute),
  });
}

function withEvaluation(alarm: Alarm, evaluation: ConditionOptions["evaluation"]): Alarm {
  if (alarm.type !== "MetricAlarm" || evaluation === undefined) return alarm;
  const { evaluationState: _state, warmingUntil: _until, ...rest } = alarm;
  return { ...rest, ...evaluation };
}

function withContributors(alarm: Alarm, changes: ContributorChanges | undefined): Alarm {
  if (alarm.type !== "MetricAlarm" || changes === undefined) return alarm;
  const { contributors: _before, ...rest } = alarm;
  const { contributors } = changes;
  return Object.keys(contributors).length === 0 ? rest : { ...rest, contributors };
}

function withSuppression(alarm: Alarm, suppression: Suppression | undefined): Alarm {
  if (alarm.type !== "CompositeAlarm") return alarm;
  const { suppression: _before, ...rest } = alarm;
  return suppression === undefined ? rest : { ...rest, suppression };
}

/** Keeps in mind since which state actions are muted; once actions have run there is nothing to make up for. */
function withMute(alarm: Alarm, mutedSince: StateValue | undefined, acts: boolean): Alarm {
  if (mutedSince === undefined && !acts) return alarm;
  const { mutedSince: _before, ...rest } = alarm;
  return mutedSince === undefined ? rest : { ...rest, mutedSince };
}
