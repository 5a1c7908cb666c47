import type { Clock } from "../../../platform/clock/clock.ts";
import type { Jobs } from "../../../platform/jobs/jobs.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { MetricArrivals } from "../../../platform/metrics/metric-arrivals.ts";
import type { MetricReader } from "../../../platform/metrics/metric-reader.ts";
import type { NotificationTargets } from "../../../platform/notifications/notification.ts";
import type { State } from "../../../platform/state/state.ts";
import type { EvaluationDeps } from "../metrics/evaluate-queries.ts";
import { openAlarmBook } from "./alarm-book.ts";
import type { AlarmParts } from "./alarm-parts.ts";
import { compositeSettler } from "./composite/composite-settler.ts";
import { deliverActions } from "./deliver/deliver-actions.ts";
import { createEvaluator, type Evaluator } from "./evaluator/evaluator.ts";
import { removeOldHistory } from "./history/remove-old-history.ts";
import { openMuteBook } from "./mute-rules/mute-book.ts";
import { releaseMutedActions } from "./mute-rules/release-muted.ts";
import { orderedIds } from "./ordered-ids.ts";
import type { TransitionTools } from "./transition.ts";

/** How soon a value that could change an alarm's state is looked at. */
const EVALUATE_MS = 250;
/** Actions go out right after their commit; this is for those that wait to be tried again. */
const DELIVER_MS = 1_000;
/** Periods of suppression and mute windows are of seconds. */
const PERIODS_MS = 1_000;
const HISTORY_MS = 3_600_000;
/** Right after a start there is more urgent work. */
const FIRST_HISTORY_MS = 60_000;

export interface AlarmsNeeds {
  readonly state: State;
  readonly reader: MetricReader;
  readonly arrivals: MetricArrivals;
  readonly evaluation: EvaluationDeps;
  readonly targets: NotificationTargets;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** How events reach a bus; without one they are told to nobody. */
  readonly events?: TransitionTools["events"];
}

export interface Alarms {
  readonly parts: AlarmParts;
  readonly evaluator: Evaluator;
  /** Executes what actions are due now. */
  deliver(): Promise<void>;
  close(): void;
}

/** Alarms with their background jobs: evaluation, composites, delivery of actions, history. */
export async function startAlarms(needs: AlarmsNeeds): Promise<Alarms> {
  const { state, reader, arrivals, evaluation, targets, jobs, clock, log, events = () => [] } = needs;
  const mutes = openMuteBook(state);
  const book = openAlarmBook(state);
  const tools: TransitionTools = { mutes, events, newId: orderedIds(clock) };
  const settler = compositeSettler({ state, book, tools, clock, log });
  const evaluator = createEvaluator({ state, book, tools, reader, arrivals, evaluation, clock, log });
  await settler.settleAll();

  const deliver = jobs.every("alarm-actions", DELIVER_MS, (signal) =>
    deliverActions({ state, targets, clock, log }, signal),
  );
  jobs.every("alarm-evaluation", EVALUATE_MS, (signal) => evaluator.run(signal));
  book.onChange(({ before, after }) => {
    if (before?.condition.value !== after?.condition.value) setImmediate(() => void deliver());
  });
  const releaseMuted = () => releaseMutedActions({ state, book, tools, clock });
  jobs.every("alarm-periods", PERIODS_MS, async () => {
    await settler.endPeriods();
    await releaseMuted();
  });
  jobs.every(
    "alarm-history",
    HISTORY_MS,
    (signal) => removeOldHistory({ state, nowMs: clock.now() }, signal),
    FIRST_HISTORY_MS,
  );
  return {
    parts: {
      book,
      mutes,
      targets,
      tools,
      releaseMuted,
      settled: settler.settled,
    },
    evaluator,
    deliver,
    close: () => evaluator.close(),
  };
}
