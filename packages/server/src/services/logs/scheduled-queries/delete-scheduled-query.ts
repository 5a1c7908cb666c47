import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange } from "../resource-count.ts";
import { dueChanges, requireScheduledQuery, SCHEDULED_QUERY_KIND } from "./scheduled-query.ts";

/** Its runs can't be asked for any more; they are removed when they are seven days old. */
export const deleteScheduledQuery: LogsOperation<"DeleteScheduledQuery"> = async (input, call, { state }) => {
  await againOnConflict(call, () => {
    const { ref, version, document } = requireScheduledQuery(state, call, input.identifier);
    return state.commit({
      cause: causeOf(call),
      changes: [
        { remove: ref, expect: version },
        countChange(state, call, SCHEDULED_QUERY_KIND, -1),
        ...dueChanges(call, ref.key, document.nextTime, undefined),
      ],
    });
  });
  return {};
};
