import { type Change, type State, VersionConflict } from "../../../platform/state/state.ts";
import type { MonitoringCall } from "../operation.ts";

/** Of the calls that race for one dashboard a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

/** Commits what `change` makes of what is stored, and reads again when another call was quicker. Nothing to change commits nothing. */
export async function commitChange(state: State, call: MonitoringCall, change: () => Change[]): Promise<void> {
  const cause = { action: `cloudwatch:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
  for (let attempt = 1; ; attempt++) {
    try {
      const changes = change();
      if (changes.length > 0) await state.commit({ cause, changes });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === TRIES) {
        throw call.error(
          "ConcurrentModificationException",
          "More than one process tried to modify a resource at the same time.",
        );
      }
    }
  }
}
