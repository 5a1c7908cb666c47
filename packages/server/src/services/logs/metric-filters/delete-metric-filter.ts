import { againOnConflict, causeOf } from "../commit.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import {
  findGroupMetricFilters,
  type GroupMetricFilters,
  groupMetricFiltersRef,
  metricFilterRef,
} from "./metric-filter.ts";

export const deleteMetricFilter: LogsOperation<"DeleteMetricFilter"> = async (input, call, { state }) => {
  const { filterName: name } = input;
  await againOnConflict(call, () => {
    const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
    const { groupId } = group.document;
    const all = findGroupMetricFilters(state, groupId);
    if (all === undefined || !Object.hasOwn(all.document.filters, name)) {
      throw call.error("ResourceNotFoundException", "The specified metric filter does not exist.");
    }
    const { [name]: _removed, ...filters } = all.document.filters;
    const document: GroupMetricFilters = { ...all.document, filters };
    return state.commit({
      cause: causeOf(call),
      changes: [
        { put: groupMetricFiltersRef(groupId), document, expect: all.version },
        { remove: metricFilterRef(call, groupId, name), expect: "any" },
      ],
    });
  });
  return {};
};
