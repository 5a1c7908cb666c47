import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { Change, State } from "../../platform/state/state.ts";
import type { MonitoringCall } from "./operation.ts";

export const { causeOf, againOnConflict } = changesByCalls<MonitoringCall>("cloudwatch", (call) =>
  call.error("ConcurrentModificationException", "More than one process tried to modify a resource at the same time."),
);

/** Commits what `change` makes of what is stored. Nothing to change commits nothing. */
export async function commitChange(state: State, call: MonitoringCall, change: () => Change[]): Promise<void> {
  await againOnConflict(call, async () => {
    const changes = change();
    if (changes.length > 0) await state.commit({ cause: causeOf(call), changes });
  });
}
