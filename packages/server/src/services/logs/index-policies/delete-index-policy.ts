import { causeOf } from "../commit.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { findIndexPolicy } from "./index-policy.ts";

export const deleteIndexPolicy: LogsOperation<"DeleteIndexPolicy"> = async (input, call, { state }) => {
  const group = requireLogGroup(state, call, input);
  const policy = findIndexPolicy(state, group.document.groupId);
  if (policy === undefined) {
    throw call.error("ResourceNotFoundException", "The specified log group has no field index policy.");
  }
  await state.commit({ cause: causeOf(call), changes: [{ remove: policy.ref, expect: "any" }] });
  return {};
};
