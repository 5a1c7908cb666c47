import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { LogsCall } from "./operation.ts";

export const { causeOf, againOnConflict, changeDocument } = changesByCalls<LogsCall>("logs", (call) =>
  call.error("OperationAbortedException", "Multiple concurrent requests to update the same resource were in conflict."),
);
