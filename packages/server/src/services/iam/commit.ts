import { type Change, type State, VersionConflict } from "../../platform/state/state.ts";
import type { IamCall } from "./operation.ts";

/** What an operation changes, and what it answers once that is on disk. */
export interface Changed<T> {
  readonly changes: readonly Change[];
  readonly answer: T;
}

/**
 * Runs an operation that changes something: one at a time, from its first look to its commit. So what it saw still holds when
 * it writes (that a policy is attached to nobody, that a name is free), also where that is said by many documents.
 */
export type Commit = <T>(call: IamCall, work: () => Changed<T> | Promise<Changed<T>>) => Promise<T>;

export function commitTo(state: State): Commit {
  let last: Promise<unknown> = Promise.resolve();
  return (call, work) => {
    const run = async () => {
      const { changes, answer } = await work();
      if (changes.length === 0) return answer;
      try {
        await state.commit({
          cause: { action: `iam:${call.operation}`, requestId: call.requestId, principalArn: call.principal.arn },
          changes,
        });
      } catch (error) {
        // Others that write here (sign-in, STS) take no turn in the line.
        if (!(error instanceof VersionConflict)) throw error;
        throw call.error(
          "ConcurrentModificationException",
          "The entity was changed at the same time. Please try again.",
        );
      }
      return answer;
    };
    const mine = last.then(run, run);
    last = mine;
    // Each call hears of its own failure; the line goes on.
    mine.catch(() => {});
    return mine;
  };
}
