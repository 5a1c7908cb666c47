import { changeDocument } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { requireLogGroup } from "./identify-log-group.ts";

export const putLogGroupDeletionProtection: LogsOperation<"PutLogGroupDeletionProtection"> = async (
  input,
  call,
  deps,
) => {
  const { deletionProtectionEnabled } = input;
  const find = () => requireLogGroup(deps.state, call, input);
  await changeDocument(deps, call, find, (group) => ({ ...group, deletionProtectionEnabled }));
  return {};
};

/** What deleting a protected group, or a stream of it, is answered with. */
export const DELETION_PROTECTED =
  "The log group has deletion protection enabled. Disable it with PutLogGroupDeletionProtection before you delete anything of it.";
