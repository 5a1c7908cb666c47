import { refusal } from "../failures.ts";

/** S3 user guide, "Categorizing your objects using tags". */
const MAX_OBJECT_TAGS = 10;
export const MAX_BUCKET_TAGS = 50;

/** `a=1&b=2`, as a header carries tags. */
export function tagsFromHeader(header: string | undefined): Record<string, string> {
  if (header === undefined) return {};
  return checkTags(
    [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value })),
    MAX_OBJECT_TAGS,
  );
}

/** Throws for tags that S3 does not take. */
export function checkTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
  most = MAX_OBJECT_TAGS,
): Record<string, string> {
  if (tags.length > most)
    throw refusal(most === MAX_OBJECT_TAGS ? "BadRequest" : "InvalidTag", `Object tags cannot be greater than ${most}`);
  const out: Record<string, string> = {};
  for (const { Key = "", Value = "" } of tags) {
    if (Key === "" || Key.length > 128) throw refusal("InvalidTag", "The TagKey you have provided is invalid");
    if (Value.length > 256) throw refusal("InvalidTag", "The TagValue you have provided is invalid");
    if (/^aws:/i.test(Key)) throw refusal("InvalidTag", "System tags cannot be added/updated by requester");
    if (Object.hasOwn(out, Key)) throw refusal("InvalidTag", "Cannot provide multiple Tags with the same key");
    Object.defineProperty(out, Key, { value: Value, enumerable: true });
  }
  return out;
}

export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
