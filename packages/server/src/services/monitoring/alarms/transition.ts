import type { Change, CommitRequest, Resource } from "../../../platform/state/state.ts";
import { type Alarm, actionsOf, alarmArn, type MetricAlarm, type Suppression } from "./alarm.ts";
import { ALARM_ACTIONS_QUEUE, type AlarmAction } from "./deliver/alarm-action.ts";
import type { StateValue } from "./evaluation/settings.ts";
import { historyChanges, stateUpdateItem } from "./history/history-item.ts";
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
    ...withSuppression(withEvaluation(before, options.evaluation), options.suppression?.suppression),
    condition: {
      value,
      reason,
      ...(reasonData !== undefined && { reasonData }),
      ...(evaluatedTo !== undefined && { evaluatedTo }),
      updatedAt: changed || before.type === "CompositeAlarm" ? now : before.condition.updatedAt,
      transitionedAt: changed ? now : before.condition.transitionedAt,
    },
  };
  if (!changed) return { changes: [{ put: ref, document: moved, expect: version }], outbox: [] };

  const mute = tools.mutes.activeFor(ref, ref.key, now);
  const acts = options.suppression?.act ?? true;
  const after = withMute(
    moved,
    acts && mute !== undefined ? (before.mutedSince ?? before.condition.value) : undefined,
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
  return {
    changes: [
      { put: ref, document: after, expect: version },
      ...historyChanges(ref, ref.key, tools.newId(), stateUpdateItem(before, after)),
    ],
    outbox: [
      ...(acts && mute === undefined ? actionMessages(tools, happening) : []),
      ...events(tools, happening, mute),
    ],
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
    outbox: acts ? [...actionMessages(tools, happening), ...events(tools, happening, undefined)] : [],
  };
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
    detailType: "CloudWatch Alarm State Change",
    resources: [alarmArn(happening.scope, happening.name)],
    detail: stateChangeDetail(happening, mute),
  });
}

function withEvaluation(alarm: Alarm, evaluation: ConditionOptions["evaluation"]): Alarm {
  if (alarm.type !== "MetricAlarm" || evaluation === undefined) return alarm;
  const { evaluationState: _state, warmingUntil: _until, ...rest } = alarm;
  return { ...rest, ...evaluation };
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
