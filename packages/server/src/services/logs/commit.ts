import { type Cause, type Resource, VersionConflict } from "../../platform/state/state.ts";
import type { LogsCall, LogsDeps } from "./operation.ts";

/**
 * Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told.
 * A try costs little: it is refused before anything is written.
 */
const TRIES = 100;

/** The cause of what an operation commits: the operation, and who called it. */
export function causeOf(call: LogsCall): Cause {
  return { action: `logs:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
}

/** Runs `change`, which reads and commits. One that raced with another call reads again what the other wrote. */
export async function againOnConflict<T>(call: LogsCall, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
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

/**
 * Changes a resource's document: reads it by `find`, which throws when it isn't there, and writes what `change` makes of
 * it. A change that raced with another is made again on what the other wrote.
 */
export async function changeDocument<T extends object>(
  { state }: Pick<LogsDeps, "state">,
  call: LogsCall,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<void> {
  await againOnConflict(call, () => {
    const { ref, version, document } = find();
    return state.commit({ cause: causeOf(call), changes: [{ put: ref, document: change(document), expect: version }] });
  });
}
