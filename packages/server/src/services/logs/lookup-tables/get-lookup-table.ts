import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { LogsOperation } from "../operation.ts";
import { type LookupTable, lookupTableArn, requireLookupTable } from "./lookup-table.ts";
import { readContent } from "./table-content.ts";

export const getLookupTable: LogsOperation<"GetLookupTable"> = async (input, call, { state, objects }) => {
  const find = () => requireLookupTable(state, call, input.lookupTableArn);
  const { table, text } = await readTable(objects, find);
  const { description, kmsKeyId, sizeBytes, lastUpdatedTime } = table.document;
  return {
    lookupTableArn: lookupTableArn(call, table.ref.key),
    lookupTableName: table.ref.key,
    description,
    tableBody: text.toString("utf8"),
    sizeBytes,
    lastUpdatedTime,
    kmsKeyId,
  };
};

/** A table with its text, both of one update. `find` throws when there is no such table; then so does this. */
export async function readTable(
  objects: ObjectStore,
  find: () => Resource<LookupTable>,
): Promise<{ table: Resource<LookupTable>; text: Buffer }> {
  for (let missing: string | undefined; ; ) {
    const table = find();
    const { contentId } = table.document;
    // An update takes the old text away; then the table has another one by now.
    if (contentId === missing) throw new Error(`the content ${contentId} of lookup table ${table.ref.key} is missing`);
    const text = await readContent(objects, contentId);
    if (text !== undefined) return { table, text };
    missing = contentId;
  }
}
