import type { Call } from "@nephoscope/wire";
import {
  type Cause,
  type Resource,
  type ResourceRef,
  type State,
  VersionConflict,
} from "../../platform/state/state.ts";

type Caller = Pick<Call, "operation" | "requestId" | "principal" | "error">;

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export const causeOf = ({ operation, requestId, principal }: Caller): Cause => ({
  action: `ssm:${operation}`,
  requestId,
  principalArn: principal.arn,
});

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(call: Caller, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt >= TRIES) throw call.error("ThrottlingException", "Too many calls change the same resource at once.");
    }
  }
}

/** Changes a document: reads it by `find`, which throws when it is not there. A change that returns its document as it was writes nothing. */
export async function changeDocument<T extends object>(
  { state }: { readonly state: State },
  call: Caller,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<T> {
  return againOnConflict(call, async () => {
    const { ref, version, document } = find();
    const after = change(document);
    if (after !== document)
      await state.commit({ cause: causeOf(call), changes: [{ put: ref, document: after, expect: version }] });
    return after;
  });
}

export const isThere = (state: State, ref: ResourceRef): boolean => state.get(ref) !== undefined;
