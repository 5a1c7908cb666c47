import type { Resource } from "../../../platform/state/state.ts";
import { requireHost } from "../instances/instances.ts";
import type { SsmCall, SsmInput, SsmOperation } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";
import { INVENTORY_KIND, INVENTORY_SCHEMAS, type InventoryItem, inventoryRef } from "./inventory.ts";

const PAGE = 50;

type Filters = NonNullable<SsmInput<"GetInventory">["Filters"]>;

export const getInventory: SsmOperation<"GetInventory"> = async (input, call, { state, fleet }) => {
  if (input.Aggregators !== undefined)
    throw call.error(
      "InvalidAggregatorException",
      "Aggregators are not supported: ask for the entries and count them.",
    );
  const shown = input.ResultAttributes?.map(({ TypeName }) => TypeName);
  const all = fleet.list(call).flatMap(({ ref }) => {
    const items = new Map(
      state
        .list<InventoryItem>({ kind: INVENTORY_KIND, account: ref.account, region: ref.region, prefix: `${ref.key}/` })
        .map((item: Resource<InventoryItem>) => [item.ref.key.slice(ref.key.length + 1), item.document]),
    );
    const passes = (input.Filters ?? []).every((filter) => {
      const [typeName, attribute] = splitKey(call, filter.Key);
      return (items.get(typeName)?.content ?? []).some((entry) => matches(call, entry[attribute], filter));
    });
    return passes ? [{ id: ref.key, items }] : [];
  });
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items: page, ...next } = pageOf(all, ({ id }) => id, { after, limit: input.MaxResults ?? PAGE });
  return {
    Entities: page.map(({ id, items }) => ({
      Id: id,
      Data: Object.fromEntries(
        [...items]
          .filter(([typeName]) => (shown ?? ["AWS:InstanceInformation"]).includes(typeName))
          .map(([TypeName, item]) => [
            TypeName,
            {
              TypeName,
              SchemaVersion: item.schemaVersion,
              CaptureTime: item.captureTime,
              ContentHash: item.contentHash,
              Content: item.content.map((entry) => ({ ...entry })),
            },
          ]),
      ),
    })),
    ...next,
  };
};

export const listInventoryEntries: SsmOperation<"ListInventoryEntries"> = async (input, call, deps) => {
  requireHost(deps, call, input.InstanceId);
  const item = deps.state.get<InventoryItem>(inventoryRef(call, input.InstanceId, input.TypeName))?.document;
  const found = (item?.content ?? [])
    .map((entry, place) => ({ entry, place: String(place).padStart(5, "0") }))
    .filter(({ entry }) =>
      (input.Filters ?? []).every((filter) => matches(call, entry[attributeOf(filter.Key)], filter)),
    );
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(found, ({ place }) => place, { after, limit: input.MaxResults ?? PAGE });
  return {
    TypeName: input.TypeName,
    InstanceId: input.InstanceId,
    ...(item !== undefined && { SchemaVersion: item.schemaVersion, CaptureTime: item.captureTime }),
    Entries: items.map(({ entry }) => ({ ...entry })),
    ...next,
  };
};

export const getInventorySchema: SsmOperation<"GetInventorySchema"> = async (input, call) => {
  const { TypeName = "" } = input;
  const all = Object.entries(INVENTORY_SCHEMAS).filter(([name]) => name.startsWith(TypeName));
  if (all.length === 0)
    throw call.error("InvalidTypeNameException", `The inventory type ${TypeName} is not supported.`);
  return {
    Schemas: all.map(([name, { version, attributes }]) => ({
      TypeName: name,
      Version: version,
      Attributes: attributes.map((attribute) => ({ Name: attribute, DataType: "string" as const })),
    })),
  };
};

/** `AWS:InstanceInformation.PlatformName`: the type's name, then the attribute's. */
function splitKey(call: SsmCall, key: string): [typeName: string, attribute: string] {
  const dot = key.lastIndexOf(".");
  if (!/^(AWS|Custom):/.test(key) || dot < 0)
    throw call.error(
      "InvalidFilter",
      `The filter key ${key} must name a type and an attribute, as AWS:Application.Name does.`,
    );
  return [key.slice(0, dot), key.slice(dot + 1)];
}

const attributeOf = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

function matches(call: SsmCall, value: string | undefined, { Key, Values, Type = "Equal" }: Filters[number]): boolean {
  switch (Type) {
    case "Equal":
      return value !== undefined && Values.includes(value);
    case "NotEqual":
      return value === undefined || !Values.includes(value);
    case "BeginWith":
      return value !== undefined && Values.some((start) => value.startsWith(start));
    case "LessThan":
      return value !== undefined && Values.some((bound) => less(value, bound));
    case "GreaterThan":
      return value !== undefined && Values.some((bound) => less(bound, value));
    case "Exists":
      return value !== undefined;
    default:
      throw call.error("InvalidFilter", `The filter ${Key} has an unknown type.`);
  }
}

/** Versions and numbers by their numbers, all else as text. */
const less = (a: string, b: string): boolean => a.localeCompare(b, "en", { numeric: true }) < 0;
