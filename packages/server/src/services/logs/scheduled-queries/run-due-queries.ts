import type { Clock } from "../../../platform/clock/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type State, VersionConflict } from "../../../platform/state/state.ts";
import { nextTime, rangeAt } from "./schedule-of-query.ts";
import {
  DUE_KIND,
  type DueQuery,
  dueChanges,
  dueKey,
  type ScheduledQuery,
  scheduledQueryRef,
} from "./scheduled-query.ts";
import { runRef, type ScheduledQueryRun } from "./scheduled-query-run.ts";

/** Starts a query for a run; what refuses it is an error whose `name` is AWS's name for it. */
export type StartScheduled = (
  due: DueQuery,
  query: ScheduledQuery,
  range: { readonly startTime: number; readonly endTime: number },
) => Promise<string>;

const AT_ONCE = 100;
const cause = { action: "job:logs-scheduled-queries" };

export interface DueDeps {
  readonly state: State;
  readonly clock: Clock;
  readonly log: Log;
  readonly start: StartScheduled;
}

/**
 * Starts every scheduled query whose time has come. That it was triggered is stored before its query is started, so a crash
 * in between loses a run and never makes two. Of the times that passed while the server was away only the last is run.
 */
export async function runDueQueries(deps: DueDeps, signal: AbortSignal): Promise<void> {
  const now = deps.clock.now();
  while (!signal.aborted) {
    const marks = deps.state
      .list<DueQuery>({ kind: DUE_KIND, account: "", region: "", limit: AT_ONCE })
      .filter(({ ref }) => ref.key < dueKey(now + 1));
    if (marks.length === 0) return;
    for (const { ref, document } of marks) {
      if (signal.aborted) return;
      const found = deps.state.get<ScheduledQuery>(scheduledQueryRef(document, document.name));
      const due = found?.document.nextTime;
      if (found === undefined || due === undefined || !ref.key.startsWith(dueKey(due))) {
        // Changed or deleted since the marks were read.
        await deps.state.commit({ cause, changes: [{ remove: ref, expect: "any" }] });
        continue;
      }
      const time = lastTime(found.document, due, now);
      const next = nextTime(found.document, found.document.creationTime, now);
      const { nextTime: _due, ...rest } = found.document;
      const triggered: ScheduledQuery = {
        ...rest,
        lastTriggeredTime: time,
        ...(next !== undefined && { nextTime: next }),
      };
      const run: ScheduledQueryRun = { triggeredTimestamp: time };
      try {
        await deps.state.commit({
          cause,
          changes: [
            { put: found.ref, document: triggered, expect: found.version },
            ...dueChanges(document, document.name, due, next),
            { put: runRef(rest.id, time), document: run, expect: "any" },
          ],
        });
      } catch (error) {
        // Changed or deleted meanwhile: its mark has changed too, and is looked at anew.
        if (error instanceof VersionConflict) continue;
        throw error;
      }
      const ran = await startOne(deps, document, triggered, time);
      await deps.state.commit({
        cause,
        changes: [{ put: runRef(rest.id, time), document: { ...run, ...ran }, expect: "any" }],
      });
    }
  }
}

/** The last of the times from `due` on that are not after `now`: looked for from near the present, for there may be many. */
function lastTime(query: ScheduledQuery, due: number, now: number): number {
  let last = due;
  for (let back = 60_000; ; back *= 2) {
    const from = Math.max(due, now - back);
    const first = from === due ? due : nextTime(query, query.creationTime, from);
    if (first !== undefined && first <= now) {
      for (let time: number | undefined = first; time !== undefined && time <= now; ) {
        last = time;
        time = nextTime(query, query.creationTime, time);
      }
      return last;
    }
    if (from === due) return last;
  }
}

async function startOne(
  { start, log }: DueDeps,
  due: DueQuery,
  query: ScheduledQuery,
  time: number,
): Promise<Pick<ScheduledQueryRun, "queryId" | "refused">> {
  try {
    return { queryId: await start(due, query, rangeAt(query, time)) };
  } catch (error) {
    log("warn", "scheduled query not started", { name: due.name, error });
    if (!(error instanceof Error)) throw error;
    const status = error.name === "MalformedQueryException" ? "InvalidQuery" : "Failed";
    return { refused: { status, message: error.message } };
  }
}
