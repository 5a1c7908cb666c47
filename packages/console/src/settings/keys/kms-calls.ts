import type * as Kms from "@aws-sdk/client-kms";
import { type AllOf, allPages } from "../../api/all-pages.ts";
import { CallError } from "../../api/call-error.ts";
import { jsonClient } from "../../api/json-client.ts";
import type { Json } from "../../api/json-types.ts";
import { forEach } from "../../logs/groups/group-calls.ts";

const kms = jsonClient<typeof Kms>({ name: "kms", target: "TrentService", version: "1.1" });

export interface KmsKey {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Undefined where the key's policy does not let this caller see it. */
  readonly about: Json<Kms.KeyMetadata> | undefined;
}

/** As many as ListKeys gives at once. */
const PAGE = 100;

/** The keys of the region with their aliases; those with an alias first, by it. */
export async function allKeys(signal: AbortSignal): Promise<AllOf<KmsKey>> {
  const [keys, aliases] = await Promise.all([
    allPages(async (Marker) => {
      const page = await kms("ListKeys", { Limit: PAGE, ...(Marker !== undefined && { Marker }) }, signal);
      return { items: page.Keys ?? [], next: page.NextMarker };
    }),
    allPages(async (Marker) => {
      const page = await kms("ListAliases", { Limit: PAGE, ...(Marker !== undefined && { Marker }) }, signal);
      return { items: page.Aliases ?? [], next: page.NextMarker };
    }),
  ]);
  const names = Map.groupBy(aliases.items, ({ TargetKeyId }) => TargetKeyId);
  const about = new Map<string, Json<Kms.KeyMetadata>>();
  const ids = keys.items.flatMap(({ KeyId }) => KeyId ?? []);
  const failed = await forEach(ids, async (KeyId) => {
    const { KeyMetadata } = await kms("DescribeKey", { KeyId }, signal);
    if (KeyMetadata !== undefined) about.set(KeyId, KeyMetadata);
  });
  // A key's own policy may hide it even from administrators; it is listed all the same.
  const fault = failed.find(({ error }) => !(error instanceof CallError && error.code === "AccessDeniedException"));
  if (fault !== undefined) throw fault.error;
  const items = keys.items.flatMap(({ KeyId: id }): KmsKey | [] => {
    if (id === undefined) return [];
    const own = (names.get(id) ?? []).flatMap(({ AliasName }) => AliasName ?? []).sort();
    return { id, aliases: own, about: about.get(id) };
  });
  return { items: items.sort((a, b) => sortText(a).localeCompare(sortText(b))), more: keys.more };
}

const sortText = ({ aliases, id }: KmsKey): string =>
  `${aliases[0] === undefined ? "1" : "0"} ${aliases[0] ?? ""} ${id}`;
