import { causeOf } from "../commit.ts";
import { requireHost } from "../instances/instances.ts";
import type { SsmOperation } from "../operation.ts";
import { INVENTORY_SCHEMAS, type InventoryItem, inventoryRef } from "./inventory.ts";

/** A host's inventory in all, and one type of it (API reference, PutInventory: 1024 KB and 200 KB for custom types). */
const MAX_TYPE_BYTES = 1_048_576;
/** Custom types of one host. */
const MAX_CUSTOM_TYPES = 20;

export const putInventory: SsmOperation<"PutInventory"> = async ({ InstanceId, Items }, call, deps) => {
  requireHost(deps, call, InstanceId);
  const seen = new Set<string>();
  const changes = Items.map((item) => {
    const { TypeName, Content } = item;
    if (seen.has(TypeName))
      throw call.error("ItemContentMismatchException", `${TypeName} is there twice.`, { TypeName });
    seen.add(TypeName);
    if (TypeName.startsWith("AWS:") && !Object.hasOwn(INVENTORY_SCHEMAS, TypeName))
      throw call.error("InvalidTypeNameException", `The inventory type ${TypeName} is not supported.`);
    const schema = INVENTORY_SCHEMAS[TypeName];
    const stranger = Content?.flatMap(Object.keys).find(
      (name) => schema !== undefined && !schema.attributes.includes(name),
    );
    if (stranger !== undefined)
      throw call.error("InvalidItemContentException", `${TypeName} has no attribute ${stranger}.`, { TypeName });
    const ref = inventoryRef(call, InstanceId, TypeName);
    const known = deps.state.get<InventoryItem>(ref);
    // An agent whose content is as it was sends the hash alone.
    if (Content === undefined) {
      if (known === undefined || known.document.contentHash !== item.ContentHash)
        throw call.error(
          "ItemContentMismatchException",
          `The content of ${TypeName} is another than that of this hash.`,
          { TypeName },
        );
    }
    const document: InventoryItem = {
      schemaVersion: item.SchemaVersion,
      captureTime: item.CaptureTime,
      contentHash: item.ContentHash,
      content: Content ?? known?.document.content ?? [],
    };
    if (Buffer.byteLength(JSON.stringify(document)) > MAX_TYPE_BYTES)
      throw call.error("ItemSizeLimitExceededException", `${TypeName} has more than ${MAX_TYPE_BYTES} bytes.`, {
        TypeName,
      });
    return { put: ref, document, expect: "any" } as const;
  });
  const custom = new Set(
    deps.state
      .list({ kind: "ssm.inventory", account: call.account, region: call.region, prefix: `${InstanceId}/Custom:` })
      .map(({ ref }) => ref.key),
  );
  for (const { put } of changes) if (put.key.startsWith(`${InstanceId}/Custom:`)) custom.add(put.key);
  if (custom.size > MAX_CUSTOM_TYPES)
    throw call.error(
      "CustomSchemaCountLimitExceededException",
      `A host can have at most ${MAX_CUSTOM_TYPES} custom types.`,
    );
  await deps.state.commit({ cause: causeOf(call), changes });
  return { Message: "Successfully put inventory" };
};
