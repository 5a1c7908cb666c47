import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Log } from "../../../../platform/log/log.ts";
import { NotDelivered, type NotificationTargets } from "../../../../platform/notifications/notification.ts";
import type { OutboxMessage, State } from "../../../../platform/state/state.ts";
import { actionItem, historyChanges } from "../history/history-item.ts";
import { ALARM_ACTIONS_QUEUE, type AlarmAction } from "./alarm-action.ts";

/** Actions taken from the outbox at once, and those under way at the same time. */
const AT_ONCE = 500;
const PARALLEL = 32;
/** The pause before an action is tried again: this, doubled with each attempt, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** An action that failed so often, which takes about an hour, is given up, and its alarm's history says so. */
const MOST_ATTEMPTS = 20;
/** A target that does not answer is as good as one that failed. */
const DELIVERY_MS = 30_000;

const cause = { action: "job:alarm-actions" };

export interface DeliverDeps {
  readonly state: State;
  readonly targets: NotificationTargets;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Executes the actions that are due, each at least once: an action leaves the outbox only when its target has it, or when it
 * is given up. The history gets its line first: a crash in between executes an action again, and then the history says so twice.
 */
export async function deliverActions(deps: DeliverDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = deps.state.due(ALARM_ACTIONS_QUEUE, deps.clock.now(), AT_ONCE);
    if (due.length === 0) return;
    const waiting = inTurns(due);
    const work = async () => {
      for (let turn = waiting.pop(); turn !== undefined && !signal.aborted; turn = waiting.pop()) {
        for (const message of turn) if (!(await execute(deps, message, signal))) break;
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, waiting.length) }, work));
    // Everything that was due has been executed, given up or put off. What is due again by now is for the next round.
    if (due.length < AT_ONCE) return;
  }
}

/** What one alarm, or one of its series, tells one target stays in order; different ones go side by side. */
function inTurns(messages: readonly OutboxMessage[]): OutboxMessage[][] {
  const turns = new Map<string, OutboxMessage[]>();
  for (const message of messages) {
    const { account, region, alarm, arn, contributor } = actionIn(message);
    const key = JSON.stringify([account, region, alarm, arn, contributor?.id]);
    const turn = turns.get(key);
    if (turn === undefined) turns.set(key, [message]);
    else turn.push(message);
  }
  return [...turns.values()].reverse();
}

/** Only this folder writes to the queue, and writes AlarmActions. */
const actionIn = (message: OutboxMessage) => message.payload as AlarmAction;

/** Whether the action is over, well or badly; false when it is to be tried again. */
async function execute(deps: DeliverDeps, message: OutboxMessage, signal: AbortSignal): Promise<boolean> {
  const { state, targets, clock, log } = deps;
  const action = actionIn(message);
  const { arn, notification } = action;
  const target = targets.of(arn);
  try {
    // Services add their kinds while the server starts, perhaps after the first action is due.
    if (target === undefined) throw new NotDelivered("This server has no such kind of action.", { final: false });
    await target.deliver(arn, notification, AbortSignal.any([signal, AbortSignal.timeout(DELIVERY_MS)]));
  } catch (error) {
    if (signal.aborted) return false;
    const reason = error instanceof Error ? error.message : String(error);
    const final = error instanceof NotDelivered && error.final;
    if (!final && message.attempts + 1 < MOST_ATTEMPTS) {
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** message.attempts, LONGEST_PAUSE_MS);
      log("warn", "alarm action failed, to be tried again", { alarm: action.alarm, arn, error: reason, inMs: pause });
      state.postpone(message.id, clock.now() + pause, reason);
      return false;
    }
    log("error", "alarm action failed", { alarm: action.alarm, arn, error: reason });
    await remember(deps, action, reason);
    state.settle(message.id, reason);
    return true;
  }
  await remember(deps, action, undefined);
  state.settle(message.id);
  return true;
}

async function remember({ state, clock }: DeliverDeps, action: AlarmAction, error: string | undefined): Promise<void> {
  const { notification, arn } = action;
  const item = actionItem(
    action.alarmType,
    { arn, stateUpdatedAt: notification.at, message: notification.message, contributor: action.contributor },
    error,
    clock.now(),
  );
  await state.commit({ cause, changes: historyChanges(action, action.alarm, notification.id, item) });
}
