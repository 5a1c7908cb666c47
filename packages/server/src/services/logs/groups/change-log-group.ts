import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsCall, LogsDeps } from "../operation.ts";
import type { LogGroup } from "./log-group.ts";

/**
 * Changes a group's document: reads it by `find`, which throws when it isn't there, and writes what `change` makes of it.
 * A change that raced with another is made again on what the other wrote.
 */
export async function changeLogGroup(
  { state }: Pick<LogsDeps, "state">,
  call: LogsCall,
  find: () => Resource<LogGroup>,
  change: (group: LogGroup) => LogGroup,
): Promise<void> {
  await againOnConflict(call, () => {
    const { ref, version, document } = find();
    return state.commit({ cause: causeOf(call), changes: [{ put: ref, document: change(document), expect: version }] });
  });
}
