import type { Caller } from "../operation.ts";

export type Tags = Readonly<Record<string, string>>;

/** Most tags of a key (KMS API reference, TagResource). */
const MAX_TAGS = 50;

interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

export const tagsOf = (list: readonly Tag[] = []): Tags =>
  Object.fromEntries(list.map(({ TagKey, TagValue }) => [TagKey, TagValue]));

export function checkTags(caller: Caller, tags: Tags): void {
  const keys = Object.keys(tags);
  if (keys.some((key) => key.toLowerCase().startsWith("aws:"))) {
    throw caller.refuse("TagException", "Tags that begin with aws: are reserved");
  }
  if (keys.length > MAX_TAGS) throw caller.refuse("TagException", "Too many tags");
}
