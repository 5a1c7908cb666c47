import { deletedGroupRef } from "../events/visibility.ts";
import type { LogsOperation } from "../operation.ts";
import { DELETION_PROTECTED } from "./deletion-protection.ts";
import { requireLogGroup } from "./identify-log-group.ts";
import { logGroupIdRef } from "./log-group.ts";

export const deleteLogGroup: LogsOperation<"DeleteLogGroup"> = async (input, call, { state }) => {
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  if (group.document.deletionProtectionEnabled) {
    throw call.error("ValidationException", DELETION_PROTECTED);
  }
  // The group is gone for every reader at once; its streams and events go by the purge job.
  await state.commit({
    cause: { action: "logs:DeleteLogGroup", requestId: call.requestId, principalArn: call.principal.arn },
    changes: [
      { remove: group.ref, expect: "present" },
      { remove: logGroupIdRef(group.document.groupId), expect: "any" },
      { put: deletedGroupRef(group.document.groupId), document: {}, expect: "any" },
    ],
  });
  return {};
};
