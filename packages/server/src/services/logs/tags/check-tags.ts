import type { LogsCall } from "../operation.ts";

/** Most tags of a resource (CloudWatch Logs API reference, TagResource). */
const MAX_TAGS = 50;

export type Tags = Readonly<Record<string, string>>;

/** Refuses too many tags and the prefix that AWS keeps to itself. */
export function checkTags(tags: Tags, call: LogsCall): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw call.error("TooManyTagsException", `A resource can have at most ${MAX_TAGS} tags.`);
  }
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw call.error("InvalidParameterException", `Tag keys starting with aws: are reserved: ${reserved}`);
  }
}
