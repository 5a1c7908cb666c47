import { type Cause, VersionConflict } from "../../platform/state/state.ts";
import type { LogsCall } from "./operation.ts";

/** Another call changed the same resource between reading and writing; after so many tries the caller is told. */
const TRIES = 5;

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
