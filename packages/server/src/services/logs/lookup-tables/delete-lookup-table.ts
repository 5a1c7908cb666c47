import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { countChange } from "../resource-count.ts";
import { LOOKUP_TABLE_KIND, requireLookupTable } from "./lookup-table.ts";
import { release, removeContent } from "./table-content.ts";

export const deleteLookupTable: LogsOperation<"DeleteLookupTable"> = async (input, call, { state, objects }) => {
  const contentId = await againOnConflict(call, async () => {
    const { ref, version, document } = requireLookupTable(state, call, input.lookupTableArn);
    await state.commit({
      cause: causeOf(call),
      changes: [
        { remove: ref, expect: version },
        countChange(state, call, LOOKUP_TABLE_KIND, -1),
        release(document.contentId),
      ],
    });
    return document.contentId;
  });
  await removeContent({ state, objects }, contentId);
  return {};
};
