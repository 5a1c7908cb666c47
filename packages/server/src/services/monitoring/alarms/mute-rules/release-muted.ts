import type { Clock } from "../../../../platform/clock/clock.ts";
import { type State, VersionConflict } from "../../../../platform/state/state.ts";
import type { AlarmBook } from "../alarm-book.ts";
import { releaseActions, type TransitionTools } from "../transition.ts";

export interface ReleaseDeps {
  readonly state: State;
  readonly book: AlarmBook;
  readonly tools: TransitionTools;
  readonly clock: Clock;
}

const cause = { action: "job:alarm-mute-rules" };

/** Runs the actions of alarms whose mute windows are over, of those that are not back in the state they were muted in. */
export async function releaseMutedActions({ state, book, tools, clock }: ReleaseDeps): Promise<void> {
  const now = clock.now();
  for (const resource of book.muted()) {
    const { ref, document } = resource;
    if (tools.mutes.activeFor(ref, ref.key, now) !== undefined) continue;
    const held = document.type === "CompositeAlarm" && document.suppression !== undefined;
    const act = document.mutedSince !== document.condition.value && !held;
    const suppression = document.type === "CompositeAlarm" ? document.suppression : undefined;
    try {
      await state.commit({
        cause,
        ...releaseActions(tools, resource, { act, suppression, afterMuteWindow: true }, now),
      });
    } catch (error) {
      // The alarm has changed meanwhile; the next round sees it as it is then.
      if (!(error instanceof VersionConflict)) throw error;
    }
  }
}
