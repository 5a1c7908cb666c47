import { type Cause, type Resource, VersionConflict } from "../../platform/state/state.ts";
import type { Caller, KmsDeps } from "./operation.ts";

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export function causeOf({ operation, requestId, principal }: Caller): Cause {
  return {
    action: `kms:${operation}`,
    ...(requestId !== undefined && { requestId }),
    principalArn: principal.arn,
  };
}

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(caller: Caller, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt >= TRIES)
        throw caller.refuse("KMSInternalException", "Other calls change the same resource. Please try again.");
    }
  }
}

/** Changes a document: reads it by `find`, which throws when the change may not be, and writes what `change` makes of it. */
export async function changeDocument<T extends object>(
  { state }: Pick<KmsDeps, "state">,
  caller: Caller,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<void> {
  await againOnConflict(caller, () => {
    const { ref, version, document } = find();
    return state.commit({
      cause: causeOf(caller),
      changes: [{ put: ref, document: change(document), expect: version }],
    });
  });
}
