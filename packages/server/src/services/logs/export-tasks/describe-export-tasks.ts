import type { Resource } from "../../../platform/state/state.ts";
import type { LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { EXPORT_TASK_KIND, type ExportProgress, type ExportTask, exportTaskRef, progressOf } from "./export-task.ts";

const DEFAULT_LIMIT = 50;
const CHUNK = 500;

type Item = NonNullable<LogsOutput<"DescribeExportTasks">["exportTasks"]>[number];

/** Tasks in the order in which they were made. A task that is not there is no error: the list is empty. */
export const describeExportTasks: LogsOperation<"DescribeExportTasks"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { taskId, statusCode, limit = DEFAULT_LIMIT } = input;
  const itemOf = (task: Resource<ExportTask>) => toItem(task, progressOf(state, task.ref.key));
  const wanted = ({ document }: Resource<ExportTask>) =>
    statusCode === undefined || document.status.code === statusCode;
  if (taskId !== undefined) {
    const found = state.get<ExportTask>(exportTaskRef(call, taskId));
    return { exportTasks: found !== undefined && wanted(found) ? [itemOf(found)] : [] };
  }
  const { account, region } = call;
  const request = [call.operation, account, region, statusCode];
  let after = "";
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const tasks: Resource<ExportTask>[] = [];
  // Tasks are kept for a month and made one at a time, so there are never many.
  for (;;) {
    const chunk = state.list<ExportTask>({ kind: EXPORT_TASK_KIND, account, region, after, limit: CHUNK });
    tasks.push(...chunk.filter(wanted));
    const last = chunk.at(-1);
    if (chunk.length < CHUNK || last === undefined || tasks.length > limit) break;
    after = last.ref.key;
  }
  const page = tasks.slice(0, limit);
  const last = page.at(-1);
  return {
    exportTasks: page.map(itemOf),
    nextToken:
      tasks.length > limit && last !== undefined ? makePageToken(last.ref.key, request, clock.now()) : undefined,
  };
};

function toItem({ ref, document }: Resource<ExportTask>, progress: ExportProgress): Item {
  const { taskName, logGroupName, from, to, bucket, prefix, status, creationTime, completionTime } = document;
  return {
    taskId: ref.key,
    taskName,
    logGroupName,
    from,
    to,
    destination: bucket,
    destinationPrefix: prefix,
    status: { code: status.code, message: status.message ?? progressText(document, progress) },
    executionInfo: { creationTime, completionTime },
  };
}

/** How far a task is stands in its message: the API has no other place for it. */
function progressText({ status }: ExportTask, { events, objects, bytes }: ExportProgress): string | undefined {
  const written = `${events} events in ${objects} objects of ${bytes} bytes`;
  switch (status.code) {
    case "RUNNING":
    case "PENDING_CANCEL":
      return `Started successfully; ${written} so far`;
    case "COMPLETED":
      return `Completed successfully; ${written}`;
    default:
      return undefined;
  }
}
