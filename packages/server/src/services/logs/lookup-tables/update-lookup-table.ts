import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { type LookupTable, requireLookupTable } from "./lookup-table.ts";
import { release, removeContent, storeContent, take } from "./table-content.ts";
import { tableOf } from "./table-source.ts";

export const updateLookupTable: LogsOperation<"UpdateLookupTable"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const find = () => requireLookupTable(state, call, input.lookupTableArn);
  find();
  const { text, shape } = await tableOf(input, call, deps);
  const contentId = await storeContent(deps, text);
  const lastUpdatedTime = clock.now();
  const replaced = await againOnConflict(call, async () => {
    const { ref, version, document: before } = find();
    // An empty key takes the key away; what isn't given stays (API reference, UpdateLookupTable).
    const { kmsKeyId = before.kmsKeyId, description = before.description } = input;
    const { kmsKeyId: _key, description: _description, ...rest } = before;
    const document: LookupTable = {
      ...rest,
      ...shape,
      contentId,
      lastUpdatedTime,
      ...(description !== undefined && { description }),
      ...(kmsKeyId !== undefined && kmsKeyId !== "" && { kmsKeyId }),
    };
    await state.commit({
      cause: causeOf(call),
      changes: [{ put: ref, document, expect: version }, take(contentId), release(before.contentId)],
    });
    return before.contentId;
  });
  await removeContent(deps, replaced);
  return { lookupTableArn: input.lookupTableArn, lastUpdatedTime };
};
