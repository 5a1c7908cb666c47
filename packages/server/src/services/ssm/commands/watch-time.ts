import type { Resource } from "../../../platform/state/state.ts";
import {
  ACTIVE_KIND,
  COMMAND_KIND,
  type Command,
  commandRef,
  type Invocation,
  invocationRef,
  waitingRef,
} from "./command.ts";
import { advance, type ProgressDeps } from "./progress.ts";

/** After its own time a host gets this much to say so, before it is taken to have failed. */
const GRACE_MS = 60_000;
/** Steps without a time of their own, such as installing a package. */
const DEFAULT_EXECUTION_MS = 3_600_000;
/** History is kept for 30 days (user guide, "View command history"). */
const KEPT_MS = 30 * 86_400_000;
const PAGE = 500;

/** Ends what was not delivered in time, and what its host never told the end of. */
export async function endLateCommands(deps: ProgressDeps, signal: AbortSignal): Promise<void> {
  const { state, clock } = deps;
  for (const active of all<object>(deps, ACTIVE_KIND)) {
    if (signal.aborted) return;
    const command = state.get<Command>(commandRef(active.ref, active.ref.key));
    if (command === undefined) continue;
    const now = clock.now();
    await advance(deps, active.ref, active.ref.key, { action: "job:ssm-command-time" }, (_, invocation) =>
      late(command.document, invocation, now),
    );
  }
}

function late(command: Command, invocation: Invocation, now: number): Invocation | undefined {
  const { deliveredAt, startedAt } = invocation;
  if (startedAt === undefined) {
    if (now < command.expiresAt) return undefined;
    return { ...invocation, status: "TimedOut", details: "DeliveryTimedOut", endedAt: now };
  }
  const executionMs = Number(command.parameters.executionTimeout?.[0] ?? Number.NaN) * 1_000 || DEFAULT_EXECUTION_MS;
  if (now < Math.max(startedAt, deliveredAt ?? 0) + executionMs + GRACE_MS) return undefined;
  return { ...invocation, status: "TimedOut", details: "ExecutionTimedOut", endedAt: now };
}

export async function forgetOldCommands(deps: ProgressDeps, signal: AbortSignal): Promise<void> {
  const { state, clock } = deps;
  for (const { ref, document } of all<Command>(deps, COMMAND_KIND)) {
    if (signal.aborted) return;
    if (document.done === undefined || document.requestedAt > clock.now() - KEPT_MS) continue;
    await state.commit({
      cause: { action: "job:ssm-command-history" },
      changes: [
        { remove: ref, expect: "any" },
        ...document.hosts.flatMap((host) => [
          { remove: invocationRef(ref, host, ref.key), expect: "any" } as const,
          { remove: waitingRef(ref, host, ref.key), expect: "any" } as const,
        ]),
      ],
    });
  }
}

function* all<T>({ state }: ProgressDeps, kind: string): Generator<Resource<T>> {
  for (let page = state.scan<T>(kind, undefined, PAGE); page.length > 0; ) {
    yield* page;
    page = page.length < PAGE ? [] : state.scan<T>(kind, page.at(-1)?.ref, PAGE);
  }
}
