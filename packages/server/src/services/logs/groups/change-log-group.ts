import { type Resource, VersionConflict } from "../../../platform/state/state.ts";
import type { LogsCall, LogsDeps } from "../operation.ts";
import type { LogGroup } from "./log-group.ts";

/** Another call changed the group between reading and writing; after so many tries the caller is told. */
const TRIES = 5;

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
  for (let attempt = 1; ; attempt++) {
    const { ref, version, document } = find();
    try {
      await state.commit({
        cause: { action: `logs:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn },
        changes: [{ put: ref, document: change(document), expect: version }],
      });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === TRIES) {
        throw call.error(
          "OperationAbortedException",
          "Multiple concurrent requests to update the same resource were in conflict.",
        );
      }
    }
  }
}
