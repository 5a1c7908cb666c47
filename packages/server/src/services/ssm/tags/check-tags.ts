import type { SsmCall } from "../operation.ts";

/** Tags of one resource (API reference, AddTagsToResource). */
const MAX_TAGS = 50;

export const tagsOf = (tags: readonly { Key: string; Value: string }[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));

export function checkTags(call: SsmCall, tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MAX_TAGS)
    throw call.error("TooManyTagsError", `A resource can have at most ${MAX_TAGS} tags.`);
  const reserved = Object.keys(tags).find((key) => /^aws:/i.test(key));
  if (reserved !== undefined)
    throw call.error("ValidationException", `Tag keys that begin with aws: are reserved: ${reserved}`);
}
