import type { Clock } from "../../../platform/clock/clock.ts";
import type { Fleet } from "../../../platform/fleet/fleet.ts";
import type { Scope } from "../../../platform/fleet/host.ts";
import { type Cause, type Change, type Resource, type State, VersionConflict } from "../../../platform/state/state.ts";
import {
  activeRef,
  amountOf,
  type Command,
  commandRef,
  errorsAllowed,
  type Invocation,
  invocationRef,
  invocationsOf,
  isError,
  isOver,
  stateOf,
  waitingRef,
} from "./command.ts";

/** What moves commands on: results of hosts, time, and people who cancel. */
export interface ProgressDeps {
  readonly state: State;
  readonly fleet: Pick<Fleet, "assignments">;
  readonly clock: Clock;
}

const TRIES = 100;

/**
 * Changes invocations of one command and draws what follows: too many errors end what has not begun, and the last one that ends
 * settles the command. `change` gives what an invocation becomes; undefined leaves it as it is. Resolves when all is durable.
 */
export async function advance(
  deps: ProgressDeps,
  scope: Scope,
  commandId: string,
  cause: Cause,
  change: (hostId: string, invocation: Invocation, command: Command) => Invocation | undefined,
  also: Partial<Pick<Command, "cancelled">> = {},
): Promise<void> {
  const { state, fleet } = deps;
  for (let attempt = 1; ; attempt++) {
    const command = state.get<Command>(commandRef(scope, commandId));
    if (command === undefined || command.document.done !== undefined) return;
    const { changes, touched } = plan(deps, command, change, also);
    if (changes.length === 0) return;
    try {
      await state.commit({ cause, changes });
    } catch (error) {
      if (error instanceof VersionConflict && attempt < TRIES) continue;
      throw error;
    }
    // One that ended may let others begin; one that is to be cancelled must be told.
    for (const hostId of touched) fleet.assignments.changed(hostId);
    return;
  }
}

function plan(
  { state, clock }: ProgressDeps,
  command: Resource<Command>,
  change: (hostId: string, invocation: Invocation, command: Command) => Invocation | undefined,
  also: Partial<Pick<Command, "cancelled">>,
): { changes: Change[]; touched: readonly string[] } {
  const { ref, document } = command;
  const before = document.hosts.flatMap((hostId) => {
    const found = state.get<Invocation>(invocationRef(ref, hostId, ref.key));
    return found === undefined ? [] : [{ hostId, found }];
  });
  const after = before.map(({ hostId, found }) => ({
    hostId,
    found,
    now: isOver(found.document) ? found.document : (change(hostId, found.document, document) ?? found.document),
  }));
  const errors = after.filter(({ now }) => isError(now)).length;
  if (errors > errorsAllowed(document)) {
    for (const entry of after) if (entry.now.status === "Pending") entry.now = terminated(entry.now, clock.now());
  }
  const changed = after.filter(({ found, now }) => now !== found.document);
  const next: Command = { ...document, ...also };
  const done = after.every(({ now }) => isOver(now))
    ? stateOf(
        next,
        after.map(({ now }) => now),
      )
    : undefined;
  if (changed.length === 0 && done === undefined && next.cancelled === document.cancelled)
    return { changes: [], touched: [] };
  const changes: Change[] = changed.flatMap(({ hostId, found, now }): Change[] => [
    { put: found.ref, document: now, expect: found.version },
    ...(isOver(now) ? [{ remove: waitingRef(ref, hostId, ref.key), expect: "any" } as const] : []),
  ]);
  // The command's version is what makes calls that change its invocations at once see each other.
  changes.push({ put: ref, document: done === undefined ? next : { ...next, done }, expect: command.version });
  if (done !== undefined) changes.push({ remove: activeRef(ref, ref.key), expect: "any" });
  return { changes, touched: done === undefined ? document.hosts : changed.map(({ hostId }) => hostId) };
}

const terminated = (invocation: Invocation, endedAt: number): Invocation => ({
  ...invocation,
  status: "Cancelled",
  details: "Terminated",
  endedAt,
});

/** Whether a host that asks may begin now: as many hosts as the command allows at once, and not after too many errors. */
export function mayBegin(state: State, command: Resource<Command>): boolean {
  const invocations = invocationsOf(state, command).map(({ document }) => document);
  const { maxConcurrency, hosts, cancelled, done } = command.document;
  if (cancelled || done !== undefined) return false;
  const running = invocations.filter((one) => one.deliveredAt !== undefined && !isOver(one)).length;
  return running < amountOf(maxConcurrency, hosts.length);
}
