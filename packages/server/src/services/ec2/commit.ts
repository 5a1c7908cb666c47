import type { Call } from "@nephoscope/wire";
import { type Cause, type Resource, type State, VersionConflict } from "../../platform/state/state.ts";

/** Of the calls that race for one resource a commit lets one through, so this many may race; past that a caller is told. */
const TRIES = 100;

export const causeOf = ({ operation, requestId, principal }: Call): Cause => ({
  action: `ec2:${operation}`,
  requestId,
  principalArn: principal.arn,
});

/** Runs `change`, which reads and commits. One that raced with another reads again what the other wrote. */
export async function againOnConflict<T>(call: Call, change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt >= TRIES) throw call.error("ThrottlingException", "Too many calls change the same resource at once.");
    }
  }
}

/** Changes a document that `find` gives, or refuses to. */
export const changeDocument = <T extends object>(
  { state }: { readonly state: State },
  call: Call,
  find: () => Resource<T>,
  change: (document: Readonly<T>) => T,
): Promise<void> =>
  againOnConflict(call, async () => {
    const { ref, version, document } = find();
    await state.commit({ cause: causeOf(call), changes: [{ put: ref, document: change(document), expect: version }] });
  });
