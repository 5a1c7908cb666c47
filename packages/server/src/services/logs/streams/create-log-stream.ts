import { VersionConflict } from "../../../platform/state/state.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { type LogStream, logStreamRef } from "./log-stream.ts";

export const createLogStream: LogsOperation<"CreateLogStream"> = async (input, call, { state, clock }) => {
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  if (!input.logStreamName.isWellFormed()) {
    throw call.error("InvalidParameterException", "The log stream name must be valid Unicode text.");
  }
  const document: LogStream = { creationTime: clock.now() };
  try {
    await state.commit({
      cause: { action: "logs:CreateLogStream", requestId: call.requestId, principalArn: call.principal.arn },
      changes: [{ put: logStreamRef(group.document.groupId, input.logStreamName), document, expect: "absent" }],
    });
  } catch (error) {
    if (error instanceof VersionConflict) {
      throw call.error("ResourceAlreadyExistsException", "The specified log stream already exists");
    }
    throw error;
  }
  return {};
};
