import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange } from "../resource-count.ts";
import { findQueryDefinition, QUERY_DEFINITION_KIND } from "./query-definition.ts";

export const deleteQueryDefinition: LogsOperation<"DeleteQueryDefinition"> = async (input, call, { state }) => {
  const { queryDefinitionId: id } = input;
  await againOnConflict(call, () => {
    const found = findQueryDefinition(state, call, id);
    if (found === undefined) {
      throw call.error("ResourceNotFoundException", `The query definition ${id} does not exist.`);
    }
    return state.commit({
      cause: causeOf(call),
      changes: [countChange(state, call, QUERY_DEFINITION_KIND, -1), { remove: found.ref, expect: found.version }],
    });
  });
  return { success: true };
};
