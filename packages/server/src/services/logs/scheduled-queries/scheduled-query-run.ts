import type { ExecutionStatus } from "@aws-sdk/client-cloudwatch-logs";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import { findQuery } from "../queries/query-record.ts";

/** Runs are kept as long as the results of queries. */
const KEPT_MS = 7 * 86_400_000;
const REMOVED_AT_ONCE = 1_000;
/** A run that has no query after so long has none because the server stopped in between. */
const STARTING_MS = 60_000;

/** One run of a scheduled query. How it went is known by its query. */
export interface ScheduledQueryRun {
  /** Milliseconds since the epoch. */
  readonly triggeredTimestamp: number;
  readonly queryId?: string;
  /** Why no query was started. */
  readonly refused?: { readonly status: "InvalidQuery" | "Failed"; readonly message: string };
}

const RUN_KIND = "logs.scheduled-query-run";

/** Runs lie under the id of their scheduled query, in the order of time. */
export function runRef(id: string, triggeredTimestamp: number): ResourceRef {
  return { kind: RUN_KIND, account: "", region: id, key: runKey(triggeredTimestamp) };
}

export const runKey = (triggeredTimestamp: number) => String(triggeredTimestamp).padStart(16, "0");

/** Newest first, at most `limit`, before a key. */
export function listRuns(
  state: State,
  id: string,
  query: { before?: string | undefined; limit: number },
): Resource<ScheduledQueryRun>[] {
  return state.list<ScheduledQueryRun>({
    kind: RUN_KIND,
    account: "",
    region: id,
    descending: true,
    limit: query.limit,
    ...(query.before !== undefined && { after: query.before }),
  });
}

export function outcomeOf(
  state: State,
  scope: Scope,
  run: ScheduledQueryRun,
  nowMs: number,
): { status: ExecutionStatus; errorMessage: string | undefined } {
  if (run.refused !== undefined) return { status: run.refused.status, errorMessage: run.refused.message };
  if (run.queryId === undefined) {
    return nowMs - run.triggeredTimestamp < STARTING_MS
      ? { status: "Running", errorMessage: undefined }
      : { status: "Failed", errorMessage: "The server stopped before the query was started." };
  }
  const query = findQuery(state, scope, run.queryId)?.document;
  switch (query?.status) {
    case "Scheduled":
    case "Running":
      return { status: "Running", errorMessage: undefined };
    case "Complete":
      return { status: "Complete", errorMessage: undefined };
    case "Timeout":
      return { status: "Timeout", errorMessage: "The query ran for longer than allowed." };
    case "Cancelled":
      return { status: "Failed", errorMessage: "The query was stopped." };
    case "Failed":
      return { status: "Failed", errorMessage: query.failure };
    case undefined:
      return { status: "Failed", errorMessage: "The results of the query have expired." };
  }
}

/** Removes runs older than seven days, those of deleted queries among them. */
export async function removeOldRuns({ state, nowMs }: { state: State; nowMs: number }, signal: AbortSignal) {
  let after: ResourceRef | undefined;
  while (!signal.aborted) {
    const page = state.scan<ScheduledQueryRun>(RUN_KIND, after, REMOVED_AT_ONCE);
    after = page.at(-1)?.ref;
    if (after === undefined) return;
    const old = page.filter(({ document }) => document.triggeredTimestamp < nowMs - KEPT_MS);
    if (old.length > 0) {
      await state.commit({
        cause: { action: "job:logs-scheduled-query-runs" },
        changes: old.map(({ ref }): Change => ({ remove: ref, expect: "any" })),
      });
    }
  }
}
