import { alarmReference, evaluateAlarmRule } from "@nephoscope/languages";
import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Log } from "../../../../platform/log/log.ts";
import { type Resource, type State, VersionConflict } from "../../../../platform/state/state.ts";
import { type Alarm, alarmArn, type CompositeAlarm, type Scope } from "../alarm.ts";
import type { AlarmBook, AlarmChange } from "../alarm-book.ts";
import { stamp } from "../evaluation/reason-data.ts";
import type { StateValue } from "../evaluation/settings.ts";
import { longTime } from "../notify/mail-text.ts";
import { changeCondition, releaseActions, type TransitionTools } from "../transition.ts";
import { onChange, onSuppressor, onTime, type SuppressionStep } from "./suppression.ts";

/** Gives composite alarms their states, whenever something that they depend on has changed. */
export interface CompositeSettler {
  /** Looks at every composite alarm, after a start. */
  settleAll(): Promise<void>;
  /** Ends the periods of suppression that are over. */
  endPeriods(): Promise<void>;
  /** Resolves when everything that follows from the commits so far is done. */
  settled(): Promise<void>;
}

export interface SettlerDeps {
  readonly state: State;
  readonly book: AlarmBook;
  readonly tools: TransitionTools;
  readonly clock: Clock;
  readonly log: Log;
}

/** What made a composite alarm be looked at. */
type Trigger = { readonly child: string } | { readonly was: "created" | "updated" } | undefined;

const cause = { action: "job:composite-alarms" };
/** Commits that other changes of the same alarm may get in the way of. */
const TRIES = 100;

export function compositeSettler(deps: SettlerDeps): CompositeSettler {
  const { book, clock, log } = deps;
  const queue = new Map<string, { readonly scope: Scope; readonly name: string; readonly trigger: Trigger }>();
  const suppressed = new Map<string, { readonly scope: Scope; readonly name: string }>();
  let running: Promise<void> | undefined;

  const enqueue = (scope: Scope, name: string, trigger: Trigger) => {
    const key = JSON.stringify([scope.account, scope.region, name]);
    // Whatever came first explains the change; what comes later is seen by the same look.
    if (!queue.has(key)) queue.set(key, { scope: { account: scope.account, region: scope.region }, name, trigger });
    running ??= run();
  };
  const run = async () => {
    for (let next = queue.entries().next(); !next.done; next = queue.entries().next()) {
      const [key, { scope, name, trigger }] = next.value;
      queue.delete(key);
      try {
        await settle(deps, scope, name, trigger);
      } catch (error) {
        log("error", "composite alarm could not be settled", { alarm: name, error });
      }
    }
    running = undefined;
  };
  const noteSuppression = ({ ref, after }: AlarmChange) => {
    const key = JSON.stringify([ref.account, ref.region, ref.key]);
    if (after?.type === "CompositeAlarm" && after.suppression !== undefined)
      suppressed.set(key, { scope: ref, name: ref.key });
    else suppressed.delete(key);
  };

  book.onChange((change) => {
    const { ref, before, after } = change;
    noteSuppression(change);
    if (before?.condition.value !== after?.condition.value) {
      for (const parent of book.parentsOf(ref, ref.key)) enqueue(ref, parent, { child: ref.key });
      for (const name of book.suppressedBy(ref, ref.key)) enqueue(ref, name, undefined);
    }
    if (after?.type === "CompositeAlarm" && before?.configurationUpdatedAt !== after.configurationUpdatedAt) {
      enqueue(ref, ref.key, { was: before === undefined ? "created" : "updated" });
    }
  });

  return {
    async settleAll() {
      for (const { ref, document } of book.all()) {
        if (document.type !== "CompositeAlarm") continue;
        noteSuppression({ ref, before: document, after: document });
        enqueue(ref, ref.key, undefined);
      }
      await running;
    },
    async endPeriods() {
      const now = clock.now();
      for (const { scope, name } of suppressed.values()) {
        const alarm = book.get(scope, name);
        if (alarm?.type !== "CompositeAlarm" || alarm.suppression?.until === undefined) continue;
        if (alarm.suppression.until <= now) enqueue(scope, name, undefined);
      }
      await running;
    },
    async settled() {
      await running;
    },
  };
}

/** Brings one composite alarm to the state that its rule says, and its suppression to what its suppressor says. */
async function settle(deps: SettlerDeps, scope: Scope, name: string, trigger: Trigger): Promise<void> {
  const { state, book, tools, clock } = deps;
  for (let attempt = 1; ; attempt++) {
    const resource = book.resource(scope, name);
    const rule = book.ruleOf(scope, name);
    if (resource?.document.type !== "CompositeAlarm" || rule === undefined) return;
    const alarm: CompositeAlarm = resource.document;
    const now = clock.now();
    const { value: isAlarm, because } = evaluateAlarmRule(
      rule,
      (child) => book.get(scope, child.name)?.condition.value,
    );
    const value: StateValue = isAlarm ? "ALARM" : "OK";
    const changed = value !== alarm.condition.value;
    const step = suppressionStep(deps, scope, alarm, value, now);
    if (!changed && step.suppression === alarm.suppression && !step.act) return;
    const child = childOf(
      book,
      scope,
      trigger,
      because.map((reference) => reference.name),
    );
    const parts = changed
      ? changeCondition(tools, resource, { value, ...reasonOf(scope, name, value, trigger, child) }, now, {
          suppression: step,
        })
      : releaseActions(tools, resource, { ...step, afterMuteWindow: false }, now);
    try {
      await state.commit({ cause, ...parts });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}

function suppressionStep(
  { book }: SettlerDeps,
  scope: Scope,
  alarm: CompositeAlarm,
  value: StateValue,
  now: number,
): SuppressionStep {
  const { suppressor, suppression, condition } = alarm;
  const changed = value !== condition.value;
  if (suppressor === undefined) {
    // A suppressor that was taken away leaves what it held back to be done.
    return { suppression: undefined, act: changed || (suppression !== undefined && suppression.acted !== value) };
  }
  const inAlarm = book.get(scope, alarmReference(suppressor.alarm).name)?.condition.value === "ALARM";
  if (changed) return onChange(suppression, suppressor, inAlarm, condition.value, now);
  if (inAlarm && suppression?.by === "Alarm") return { suppression, act: false };
  if (inAlarm || suppression?.by === "Alarm") return onSuppressor(suppression, suppressor, inAlarm, value, now);
  return onTime(suppression, value, now);
}

/** The child that a reason names: the one whose change was told, or after a start the last that changed of those that decide. */
function childOf(
  book: AlarmBook,
  scope: Scope,
  trigger: Trigger,
  because: readonly string[],
): Resource<Alarm> | undefined {
  if (trigger !== undefined) return "child" in trigger ? book.resource(scope, trigger.child) : undefined;
  return because
    .flatMap((name) => book.resource(scope, name) ?? [])
    .sort((a, b) => b.document.condition.transitionedAt - a.document.condition.transitionedAt)[0];
}

function reasonOf(
  scope: Scope,
  name: string,
  value: StateValue,
  trigger: Trigger,
  child: Resource<Alarm> | undefined,
): { reason: string; reasonData?: string } {
  if (child === undefined) {
    const was = trigger !== undefined && "was" in trigger ? trigger.was : "evaluated";
    return {
      reason: `${alarmArn(scope, name)} was ${was} and its alarm rule evaluates to ${value}`,
      reasonData: JSON.stringify({ triggeringAlarms: [] }),
    };
  }
  const { condition } = child.document;
  const arn = alarmArn(scope, child.ref.key);
  const alarm = { arn, state: { value: condition.value, timestamp: stamp(condition.transitionedAt) } };
  return {
    reason: `${arn} transitioned to ${condition.value} at ${longTime(condition.transitionedAt)}`,
    reasonData: JSON.stringify({ triggeringAlarms: [alarm] }),
  };
}
