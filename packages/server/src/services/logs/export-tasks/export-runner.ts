import type { ExportTaskStatusCode } from "@aws-sdk/client-cloudwatch-logs";
import type { Jobs } from "../../../platform/jobs/jobs.ts";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type Change, type Resource, type ResourceRef, VersionConflict } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import { isRefusal } from "./export-bucket.ts";
import {
  ACTIVE_EXPORT_KIND,
  type ActiveExport,
  activeExportRef,
  EXPORT_TASK_KIND,
  type ExportTask,
  exportProgressRef,
  exportTaskRef,
  isOver,
  progressOf,
} from "./export-task.ts";
import { ExportCancelled, ExportImpossible, type ExportParts, runExportTask } from "./run-export-task.ts";

/** Runs the export tasks of all accounts. */
export interface ExportRunner {
  /** Looks for new and cancelled tasks now. */
  wake(): void;
  /** Leaves what is under way to the next start. */
  close(): Promise<void>;
}

/** Tasks that run at the same time; the others wait as PENDING. Each holds up to about 100 MB. */
const AT_ONCE = 2;
const LOOK_MS = 2_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A task that for so long writes nothing because the engine or the bucket fails is given up. */
const GIVE_UP_MS = 3_600_000;
const REMOVE_OLD_MS = 6 * 3_600_000;
/** AWS does not say for how long it lists tasks. */
const KEPT_MS = 30 * 86_400_000;
const REMOVED_AT_ONCE = 500;
const cause = { action: "job:logs-export-tasks" };

export function startExports(parts: ExportParts & { readonly jobs: Jobs; readonly log: Log }): ExportRunner {
  const { state, jobs, clock, log } = parts;
  const stop = new AbortController();
  const running = new Map<string, Promise<void>>();

  /** Changes the task unless somebody else has just done so; then `change` looks at what that one wrote. */
  const change = async (ref: ResourceRef, make: (task: ExportTask) => ExportTask | undefined): Promise<void> => {
    for (;;) {
      const found = state.get<ExportTask>(ref);
      const after = found && make(found.document);
      if (found === undefined || after === undefined) return;
      const over: Change[] = isOver(after) ? [{ put: activeExportRef(ref), document: {}, expect: "any" }] : [];
      try {
        await state.commit({ cause, changes: [{ put: ref, document: after, expect: found.version }, ...over] });
        return;
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error;
      }
    }
  };

  const finish = (ref: ResourceRef, code: ExportTaskStatusCode, message?: string) =>
    change(ref, (task) =>
      isOver(task)
        ? undefined
        : {
            ...task,
            status: { code, ...(message !== undefined && { message }) },
            completionTime: clock.now(),
          },
    );

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      stop.signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });

  const run = async (scope: Scope, taskId: string): Promise<void> => {
    const ref = exportTaskRef(scope, taskId);
    await change(ref, (task) =>
      task.status.code === "PENDING" ? { ...task, status: { code: "RUNNING" } } : undefined,
    );
    let since = clock.now();
    let objects = progressOf(state, taskId).objects;
    for (let failures = 0; ; failures++) {
      try {
        await runExportTask(parts, scope, taskId, stop.signal);
        return await finish(ref, "COMPLETED");
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof ExportCancelled) return await finish(ref, "CANCELLED", "Cancelled by user");
        const message = error instanceof Error ? error.message : String(error);
        const hopeless = error instanceof ExportImpossible || error instanceof KeyRefused || isRefusal(error);
        if (hopeless) return await finish(ref, "FAILED", message);
        const now = progressOf(state, taskId).objects;
        if (now > objects) {
          objects = now;
          since = clock.now();
          failures = 0;
        }
        log("warn", "an export task failed and is tried again", { taskId, error });
        if (clock.now() - since > GIVE_UP_MS)
          return await finish(ref, "FAILED", `Given up after an hour of failures: ${message}`);
        await pause(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS));
        if (stop.signal.aborted) return;
      }
    }
  };

  const look = async (): Promise<void> => {
    let after: ResourceRef | undefined;
    for (;;) {
      const page: Resource<ActiveExport>[] = state.scan<ActiveExport>(ACTIVE_EXPORT_KIND, after, 100);
      for (const { ref, document } of page) {
        const { taskId } = document;
        if (taskId === undefined || running.has(taskId) || running.size >= AT_ONCE || stop.signal.aborted) continue;
        const task = run(ref, taskId)
          .catch((error: unknown) => log("error", "an export task could not be ended", { taskId, error }))
          .finally(() => {
            running.delete(taskId);
            if (!stop.signal.aborted) wake();
          });
        running.set(taskId, task);
      }
      after = page.at(-1)?.ref;
      if (after === undefined) return;
    }
  };

  const removeOld = async (signal: AbortSignal): Promise<void> => {
    let after: ResourceRef | undefined;
    while (!signal.aborted) {
      const page: Resource<ExportTask>[] = state.scan<ExportTask>(EXPORT_TASK_KIND, after, REMOVED_AT_ONCE);
      after = page.at(-1)?.ref;
      if (after === undefined) return;
      const old = page.filter(
        ({ document: { completionTime } }) => (completionTime ?? Infinity) < clock.now() - KEPT_MS,
      );
      if (old.length === 0) continue;
      await state.commit({
        cause,
        changes: old.flatMap(({ ref }): Change[] => [
          { remove: ref, expect: "any" },
          { remove: exportProgressRef(ref.key), expect: "any" },
        ]),
      });
    }
  };

  const lookNow = jobs.every("logs-export-tasks", LOOK_MS, look, LOOK_MS);
  const wake = () => void lookNow();
  jobs.every("logs-remove-old-export-tasks", REMOVE_OLD_MS, removeOld);
  return {
    wake,
    async close() {
      stop.abort();
      await Promise.all(running.values());
    },
  };
}
