import { changesByCalls } from "../../platform/state/changes-by-calls.ts";
import type { SqsCall } from "./operation.ts";

export const { causeOf, changeDocument } = changesByCalls<SqsCall>("sqs", (call) =>
  call.error("RequestThrottled", "Too many calls change this queue at once."),
);
