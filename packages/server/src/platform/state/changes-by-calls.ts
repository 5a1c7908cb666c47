import { type Cause, type Resource, type State, VersionConflict } from "./state.ts";

/** As much of a call as its changes name. */
export interface ChangingCall {
  readonly operation: string;
  readonly requestId?: string | undefined;
  readonly principal: { readonly arn: string };
}

/** How the calls of one service change resources. */
export interface ChangesByCalls<C extends ChangingCall> {
  /** The cause of what a call commits: the operation, and who called it. */
  causeOf(call: C): Cause;
  /** Runs `change`, which reads and commits. One that raced with another runs again, on what the other wrote. */
  againOnConflict<T>(call: C, change: () => Promise<T>): Promise<T>;
  /**
   * Changes a resource's document: reads it by `find`, which throws when it may not be changed, and writes what `change` makes of
   * it. A change that gives back its document as it was writes nothing. Gives the document as it is now.
   */
  changeDocument<T extends object>(
    deps: { readonly state: State },
    call: C,
    find: () => Resource<T>,
    change: (document: Readonly<T>) => T,
  ): Promise<T>;
}

/**
 * Of the changes that race for one resource a commit lets one through, so this many may race; past that a caller is told.
 * A try costs little: it is refused before anything is written.
 */
const TRIES = 100;

/** Runs `change` again as long as another was first; throws what `lost` makes of the conflict when that does not end. */
export async function againOnConflict<T>(
  change: () => Promise<T>,
  lost: (conflict: VersionConflict) => Error = (conflict) => conflict,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
      if (attempt === TRIES) throw lost(error);
    }
  }
}

/** `prefix` is that of the service's actions, such as `logs`; `lost` makes the service's own error for a call that others always outran. */
export function changesByCalls<C extends ChangingCall>(prefix: string, lost: (call: C) => Error): ChangesByCalls<C> {
  const causeOf = ({ operation, requestId, principal }: C): Cause => ({
    action: `${prefix}:${operation}`,
    ...(requestId !== undefined && { requestId }),
    principalArn: principal.arn,
  });
  const again = <T>(call: C, change: () => Promise<T>) => againOnConflict(change, () => lost(call));
  return {
    causeOf,
    againOnConflict: again,
    changeDocument: ({ state }, call, find, change) =>
      again(call, async () => {
        const { ref, version, document } = find();
        const after = change(document);
        if (after !== document)
          await state.commit({ cause: causeOf(call), changes: [{ put: ref, document: after, expect: version }] });
        return after;
      }),
  };
}
