import { changeKey, requireOwnKey } from "../keys/change-key.ts";
import { callerOf, type KmsOperation } from "../operation.ts";
import { pageOf, readMarker } from "../page-marker.ts";
import { checkTags, tagsOf } from "./check-tags.ts";

const DEFAULT_LIMIT = 50;

export const tagResource: KmsOperation<"TagResource"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const tags = tagsOf(input.Tags);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "TagResource", {
    conditions: {
      "aws:TagKeys": Object.keys(tags),
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
    },
  });
  await changeKey(deps, caller, input.KeyId, (document) => {
    const all = { ...document.tags, ...tags };
    checkTags(caller, all);
    return { ...document, tags: all };
  });
  return {};
};

export const untagResource: KmsOperation<"UntagResource"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "UntagResource", { conditions: { "aws:TagKeys": input.TagKeys } });
  const gone = new Set(input.TagKeys);
  await changeKey(deps, caller, input.KeyId, (document) => ({
    ...document,
    tags: Object.fromEntries(Object.entries(document.tags).filter(([name]) => !gone.has(name))),
  }));
  return {};
};

export const listResourceTags: KmsOperation<"ListResourceTags"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "ListResourceTags", {});
  const after = readMarker(caller, input.Marker);
  const rest = Object.entries(key.document.tags)
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue, place: Buffer.from(TagKey).toString("hex") }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .filter(({ place }) => place > after);
  const { items, ...page } = pageOf(rest, input.Limit ?? DEFAULT_LIMIT, ({ place }) => place);
  return { Tags: items.map(({ TagKey, TagValue }) => ({ TagKey, TagValue })), ...page };
};
