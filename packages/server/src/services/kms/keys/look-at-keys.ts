import { callerOf, type KmsOperation } from "../operation.ts";
import { pageOf, readMarker } from "../page-marker.ts";
import { requireNamedKey } from "./find-key.ts";
import { arnOfKey, KEY_KIND, type KmsKey, keyMetadata } from "./key.ts";

const DEFAULT_LIMIT = 100;

export const describeKey: KmsOperation<"DescribeKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const finding = { state: deps.state, now: deps.clock.now() };
  const { key, alias } = requireNamedKey(finding, caller, input.KeyId, { aliases: true, otherAccounts: true });
  deps.access.require(caller, key, "DescribeKey", { alias, grantTokens: input.GrantTokens });
  return { KeyMetadata: keyMetadata(key) };
};

export const listKeys: KmsOperation<"ListKeys"> = async (input, call, deps) => {
  const caller = callerOf(call);
  deps.access.requireForAccount(caller, "ListKeys");
  const after = readMarker(caller, input.Marker);
  const limit = input.Limit ?? DEFAULT_LIMIT;
  const { account, region } = caller;
  const now = deps.clock.now();
  // One that is gone but not removed yet makes a page shorter, which a caller must expect anyway.
  const found = deps.state.list<KmsKey>({ kind: KEY_KIND, account, region, after, limit: limit + 1 });
  const { items, ...page } = pageOf(found, limit, ({ ref }) => ref.key);
  const there = items.filter(({ document }) => (document.deletion?.at ?? Number.POSITIVE_INFINITY) > now);
  return { Keys: there.map((key) => ({ KeyId: key.ref.key, KeyArn: arnOfKey(key) })), ...page };
};
