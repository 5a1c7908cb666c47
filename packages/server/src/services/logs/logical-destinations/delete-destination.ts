import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange } from "../resource-count.ts";
import { LOGICAL_DESTINATION_KIND } from "./logical-destination.ts";
import { requireLogicalDestination } from "./put-destination-policy.ts";

/** Subscriptions that lead to it stay, as they do on AWS, and send nothing until it is there again. */
export const deleteDestination: LogsOperation<"DeleteDestination"> = async (input, call, deps) => {
  const { state } = deps;
  await againOnConflict(call, () => {
    const { ref, version } = requireLogicalDestination(deps, call, input.destinationName);
    return state.commit({
      cause: causeOf(call),
      changes: [{ remove: ref, expect: version }, countChange(state, call, LOGICAL_DESTINATION_KIND, -1)],
    });
  });
  return {};
};
