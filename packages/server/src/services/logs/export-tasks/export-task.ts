import type { ExportTaskStatusCode } from "@aws-sdk/client-cloudwatch-logs";
import type { ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";

/** An export task as it is kept. Only the job that runs it and CancelExportTask change it, each from the status that it found. */
export interface ExportTask {
  readonly taskName?: string;
  readonly logGroupName: string;
  /** The incarnation of the group: one that is made again under the name is another. */
  readonly groupId: number;
  readonly logStreamNamePrefix?: string;
  /** Times of events, in milliseconds since the epoch, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Only events whose numbers are below: those that were stored when the task was made. So a task that goes on after a crash exports the same. */
  readonly below: string;
  readonly bucket: string;
  readonly prefix: string;
  /** The name of the service under which the bucket's policy lets the export in. */
  readonly writer: string;
  readonly status: { readonly code: ExportTaskStatusCode; readonly message?: string };
  readonly creationTime: number;
  readonly completionTime?: number;
}

/** The task that an account has under way in a region: there is one at most. */
export interface ActiveExport {
  readonly taskId?: string;
}

export const EXPORT_TASK_KIND = "logs.export-task";
export const ACTIVE_EXPORT_KIND = "logs.active-export";

/** Ids rise with time, so tasks are listed in the order in which they were made. */
export function exportTaskRef({ account, region }: Scope, taskId: string): ResourceRef {
  return { kind: EXPORT_TASK_KIND, account, region, key: taskId };
}

export function activeExportRef({ account, region }: Scope): ResourceRef {
  return { kind: ACTIVE_EXPORT_KIND, account, region, key: "active" };
}

export function isOver({ status }: ExportTask): boolean {
  return status.code === "COMPLETED" || status.code === "FAILED" || status.code === "CANCELLED";
}

/** What was written of a task, kept with each object so that a task goes on where it was when the server stopped. */
export interface ExportProgress {
  /** All streams up to this name, in the order of names, are done. */
  readonly doneTo: string;
  /** Streams after `doneTo` up to this name are being exported; the next step is not chosen yet where they are equal. */
  readonly batchTo: string;
  /** Of streams that are being exported, the last event that stands in an object. */
  readonly positions: Readonly<Record<string, readonly [timestamp: number, seq: string]>>;
  /** The number of the next object in each folder that may get more. */
  readonly parts: Readonly<Record<string, number>>;
  readonly events: number;
  readonly objects: number;
  /** Of the objects. */
  readonly bytes: number;
}

export const NOTHING_EXPORTED: ExportProgress = {
  doneTo: "",
  batchTo: "",
  positions: {},
  parts: {},
  events: 0,
  objects: 0,
  bytes: 0,
};

export function exportProgressRef(taskId: string): ResourceRef {
  return { kind: "logs.export-progress", account: "", region: "", key: taskId };
}

export function progressOf(state: State, taskId: string): ExportProgress {
  return state.get<ExportProgress>(exportProgressRef(taskId))?.document ?? NOTHING_EXPORTED;
}
