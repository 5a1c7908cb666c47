import { type Cause, type Change, type Resource, VersionConflict } from "../../platform/state/state.ts";
import type { SqsCall, SqsDeps } from "./operation.ts";

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export function causeOf(call: SqsCall): Cause {
  return { action: `sqs:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn };
}

/** Changes a resource's document. A change that raced with another is made again on what the other wrote. */
export async function changeDocument<T extends object>(
  { state }: Pick<SqsDeps, "state">,
  call: SqsCall,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { ref, version, document } = find();
    const changes: Change[] = [{ put: ref, document: change(document), expect: version }];
    try {
      await state.commit({ cause: causeOf(call), changes });
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === TRIES) throw call.error("RequestThrottled", "Too many calls change this queue at once.");
    }
  }
}
