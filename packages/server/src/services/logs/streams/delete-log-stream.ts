import { deletedStreamRef } from "../events/visibility.ts";
import { DELETION_PROTECTED } from "../groups/deletion-protection.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { findLogStream } from "./log-stream.ts";

export const deleteLogStream: LogsOperation<"DeleteLogStream"> = async (input, call, { state, activity, sequence }) => {
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  const { groupId } = group.document;
  const stream = findLogStream(state, groupId, input.logStreamName);
  if (stream === undefined) throw call.error("ResourceNotFoundException", "The specified log stream does not exist.");
  if (group.document.deletionProtectionEnabled) throw call.error("ValidationException", DELETION_PROTECTED);
  // Events numbered below this one belong to the deleted stream, later ones to a stream made anew under its name.
  const beforeSeq = sequence.next(1).toString();
  await state.commit({
    cause: { action: "logs:DeleteLogStream", requestId: call.requestId, principalArn: call.principal.arn },
    changes: [
      { remove: stream.ref, expect: "present" },
      { put: deletedStreamRef(groupId, input.logStreamName), document: { beforeSeq }, expect: "any" },
      ...activity.forgetStream(groupId, input.logStreamName),
    ],
  });
  return {};
};
