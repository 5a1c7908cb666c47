import { type Cause, type Change, type State, VersionConflict } from "../../platform/state/state.ts";
import type { MonitoringCall } from "./operation.ts";

/** Of calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export function causeOf(call: MonitoringCall): Cause {
  return { action: `cloudwatch:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
}

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(call: MonitoringCall, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt < TRIES) continue;
      throw call.error(
        "ConcurrentModificationException",
        "More than one process tried to modify a resource at the same time.",
      );
    }
  }
}

/** Commits what `change` makes of what is stored. Nothing to change commits nothing. */
export async function commitChange(state: State, call: MonitoringCall, change: () => Change[]): Promise<void> {
  await againOnConflict(call, async () => {
    const changes = change();
    if (changes.length > 0) await state.commit({ cause: causeOf(call), changes });
  });
}
