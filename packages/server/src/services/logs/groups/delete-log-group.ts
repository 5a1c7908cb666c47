import { againOnConflict, causeOf } from "../commit.ts";
import { deletedGroupRef } from "../events/visibility.ts";
import { indexPolicyRef } from "../index-policies/index-policy.ts";
import { removeMetricFilters } from "../metric-filters/metric-filter.ts";
import type { LogsOperation } from "../operation.ts";
import { removeSubscriptions } from "../subscriptions/subscription-filter.ts";
import { DELETION_PROTECTED } from "./deletion-protection.ts";
import { requireLogGroup } from "./identify-log-group.ts";
import { logGroupIdRef } from "./log-group.ts";

export const deleteLogGroup: LogsOperation<"DeleteLogGroup"> = async (input, call, { state }) => {
  await againOnConflict(call, () => {
    const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
    if (group.document.deletionProtectionEnabled) {
      throw call.error("ValidationException", DELETION_PROTECTED);
    }
    const { groupId } = group.document;
    const number = logGroupIdRef(groupId);
    // The group is gone for every reader at once; its streams and events go by the purge job.
    return state.commit({
      cause: causeOf(call),
      changes: [
        { remove: group.ref, expect: "present" },
        { remove: number, expect: state.get(number)?.version ?? "absent" },
        { put: deletedGroupRef(groupId), document: {}, expect: "any" },
        ...removeMetricFilters(state, groupId),
        ...removeSubscriptions(state, groupId),
        { remove: indexPolicyRef(groupId), expect: "any" },
      ],
    });
  });
  return {};
};
