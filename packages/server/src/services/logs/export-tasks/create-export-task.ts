import { timeOrderedId } from "../../../platform/time-ordered-id.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { whileGroupLives } from "../groups/log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { BucketRefused } from "./export-bucket.ts";
import { type ActiveExport, activeExportRef, type ExportTask, exportTaskRef } from "./export-task.ts";

/** CreateExportTask, API reference. */
const DEFAULT_PREFIX = "exportedlogs";
/** S3 takes keys of 1,024 bytes, of which a task's id, a stream's folder and a number need up to 560. */
const MAX_PREFIX_BYTES = 460;

export const createExportTask: LogsOperation<"CreateExportTask"> = async (input, call, deps) => {
  const { state, keys, activity, exports, exportBuckets, clock } = deps;
  const { from, to, destination: bucket, destinationPrefix: prefix = DEFAULT_PREFIX } = input;
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  requireReadable({ keys }, call, group);
  if (from > to) {
    throw call.error("InvalidParameterException", "The from time of an export task must not be after its to time.");
  }
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES || !prefix.isWellFormed()) {
    throw call.error("InvalidParameterException", `The destinationPrefix can have at most ${MAX_PREFIX_BYTES} bytes.`);
  }
  const taskId = timeOrderedId(clock.now());
  const active = activeExportRef(call);
  const requireNone = () => {
    const found = state.get<ActiveExport>(active);
    if (found?.document.taskId !== undefined) {
      throw call.error(
        "LimitExceededException",
        `Resource limit exceeded. An account can have one export task at a time in a Region, and ${found.document.taskId} is not over yet.`,
      );
    }
    return found?.version ?? ("absent" as const);
  };
  // Before anything is written into the bucket.
  requireNone();
  const writer = await checkBucket();

  const document: ExportTask = {
    ...(input.taskName !== undefined && { taskName: input.taskName }),
    logGroupName: input.logGroupName,
    groupId: group.document.groupId,
    ...(input.logStreamNamePrefix !== undefined && { logStreamNamePrefix: input.logStreamNamePrefix }),
    from,
    to,
    below: activity.storedBelow().toString(),
    bucket,
    prefix,
    writer,
    status: { code: "PENDING" },
    creationTime: clock.now(),
  };
  await againOnConflict(call, () =>
    state.commit({
      cause: causeOf(call),
      changes: [
        whileGroupLives(requireLogGroup(state, call, { logGroupName: input.logGroupName })),
        { put: active, document: { taskId } satisfies ActiveExport, expect: requireNone() },
        { put: exportTaskRef(call, taskId), document, expect: "absent" },
      ],
    }),
  );
  exports.wake();
  return { taskId };

  async function checkBucket(): Promise<string> {
    try {
      return await exportBuckets.check(
        { account: call.account, region: call.region, logGroupName: input.logGroupName, taskId },
        bucket,
        prefix,
      );
    } catch (error) {
      if (error instanceof BucketRefused) throw call.error("InvalidParameterException", error.message);
      throw error;
    }
  }
};
