import { type Cause, type Resource, VersionConflict } from "../../platform/state/state.ts";
import type { SnsCall, SnsDeps } from "./operation.ts";

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export function causeOf(call: SnsCall): Cause {
  return { action: `sns:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
}

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(call: SnsCall | undefined, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt < TRIES) continue;
      if (call === undefined) throw error;
      throw call.error("ConcurrentAccessException", "Can't perform multiple operations on a resource simultaneously.");
    }
  }
}

/** Changes a resource's document: reads it by `find`, which throws when it isn't there, and writes what `change` makes of it. */
export async function changeDocument<T extends object>(
  { state }: Pick<SnsDeps, "state">,
  call: SnsCall,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<void> {
  await againOnConflict(call, () => {
    const { ref, version, document } = find();
    return state.commit({ cause: causeOf(call), changes: [{ put: ref, document: change(document), expect: version }] });
  });
}
