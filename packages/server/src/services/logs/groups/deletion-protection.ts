import type { LogsOperation } from "../operation.ts";
import { changeLogGroup } from "./change-log-group.ts";
import { requireLogGroup } from "./identify-log-group.ts";

export const putLogGroupDeletionProtection: LogsOperation<"PutLogGroupDeletionProtection"> = async (
  input,
  call,
  deps,
) => {
  const { deletionProtectionEnabled } = input;
  const find = () => requireLogGroup(deps.state, call, input);
  await changeLogGroup(deps, call, find, (group) => ({ ...group, deletionProtectionEnabled }));
  return {};
};
