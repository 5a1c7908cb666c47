import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { activeExportRef, type ExportTask, exportTaskRef, isOver } from "./export-task.ts";

export const cancelExportTask: LogsOperation<"CancelExportTask"> = async (input, call, { state, exports, clock }) => {
  const ref = exportTaskRef(call, input.taskId);
  await againOnConflict(call, () => {
    const found = state.get<ExportTask>(ref);
    if (found === undefined) {
      throw call.error("ResourceNotFoundException", "The specified export task does not exist.");
    }
    const { document, version } = found;
    if (isOver(document) || document.status.code === "PENDING_CANCEL") {
      throw call.error(
        "InvalidOperationException",
        `The export task is ${document.status.code}; only one that is PENDING or RUNNING can be cancelled.`,
      );
    }
    const pending = document.status.code === "PENDING";
    const after: ExportTask = pending
      ? { ...document, status: { code: "CANCELLED", message: "Cancelled by user" }, completionTime: clock.now() }
      : { ...document, status: { code: "PENDING_CANCEL" } };
    return state.commit({
      cause: causeOf(call),
      changes: [
        { put: ref, document: after, expect: version },
        ...(pending ? [{ put: activeExportRef(call), document: {}, expect: "any" } as const] : []),
      ],
    });
  });
  exports.wake();
  return {};
};
