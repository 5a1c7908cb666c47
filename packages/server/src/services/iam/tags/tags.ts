import type { Tag } from "../../../platform/identity/documents.ts";
import type { IamCall } from "../operation.ts";
import { type Paging, pageOf } from "../pages.ts";
import { QUOTAS } from "../quotas.ts";

export interface WireTag {
  readonly Key: string;
  readonly Value: string;
}

/** Keys of IAM's tags differ in more than their case (IAM user guide, "Rules for tagging"). */
const keyOf = (key: string): string => key.toLowerCase();

/** The tags of a new entity. */
export const newTags = (call: IamCall, given: readonly WireTag[] | undefined): readonly Tag[] =>
  withTags(call, [], given ?? []);

export function withTags(call: IamCall, tags: readonly Tag[], given: readonly WireTag[]): readonly Tag[] {
  const keys = new Set(given.map(({ Key }) => keyOf(Key)));
  if (keys.size < given.length) {
    throw call.error(
      "InvalidInputException",
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  }
  const reserved = given.find(({ Key }) => keyOf(Key).startsWith("aws:"));
  if (reserved !== undefined) {
    throw call.error("InvalidInputException", `Tag keys that begin with aws: are AWS's own: ${reserved.Key}`);
  }
  const kept = tags.filter(({ key }) => !keys.has(keyOf(key)));
  const result = [...kept, ...given.map(({ Key, Value }) => ({ key: Key, value: Value }))];
  if (result.length > QUOTAS.Tags) {
    throw call.error("LimitExceededException", `The number of tags has reached the maximum limit: ${QUOTAS.Tags}`);
  }
  return result;
}

export const withoutTags = (tags: readonly Tag[], keys: readonly string[]): readonly Tag[] => {
  const gone = new Set(keys.map(keyOf));
  return tags.filter(({ key }) => !gone.has(keyOf(key)));
};

export const wireTags = (tags: readonly Tag[]): WireTag[] => tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** As a member of an answer, which leaves an empty list out. */
export const tagsMember = (tags: readonly Tag[]): { Tags?: WireTag[] } =>
  tags.length === 0 ? {} : { Tags: wireTags(tags) };

export function tagPage(paging: Paging, tags: readonly Tag[]) {
  const sorted = tags.toSorted((a, b) => (keyOf(a.key) < keyOf(b.key) ? -1 : 1));
  const { items, end } = pageOf(paging, sorted, ({ key }) => keyOf(key));
  return { Tags: wireTags(items), ...end };
}
