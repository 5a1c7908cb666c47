import { againOnConflict, causeOf } from "../commit.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { subscriptionCursorRef } from "./forwarding/subscription-cursor.ts";
import {
  findGroupSubscriptions,
  type GroupSubscriptions,
  groupSubscriptionsRef,
  subscriptionFilterRef,
} from "./subscription-filter.ts";

export const deleteSubscriptionFilter: LogsOperation<"DeleteSubscriptionFilter"> = async (input, call, { state }) => {
  const { filterName: name } = input;
  await againOnConflict(call, () => {
    const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
    const { groupId } = group.document;
    const all = findGroupSubscriptions(state, groupId);
    const filter =
      all !== undefined && Object.hasOwn(all.document.filters, name) ? all.document.filters[name] : undefined;
    if (all === undefined || filter === undefined) {
      throw call.error("ResourceNotFoundException", "The specified subscription filter does not exist.");
    }
    const { [name]: _removed, ...filters } = all.document.filters;
    const document: GroupSubscriptions = { ...all.document, filters };
    return state.commit({
      cause: causeOf(call),
      changes: [
        { put: groupSubscriptionsRef(groupId), document, expect: all.version },
        { remove: subscriptionFilterRef(groupId, name), expect: "any" },
        { remove: subscriptionCursorRef(groupId, filter.id), expect: "any" },
      ],
    });
  });
  return {};
};
