import { invalidParameter, type SnsCall } from "../operation.ts";

export type Tags = Readonly<Record<string, string>>;

/** Most tags of a topic (SNS API reference, TagResource). */
const MAX_TAGS = 50;

export const tagsOf = (list: readonly { readonly Key: string; readonly Value: string }[]): Tags =>
  Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));

export function checkTags(call: SnsCall, tags: Tags): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw call.error("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded");
  }
  const reserved = keys.find((key) => key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined)
    throw invalidParameter(call, `Tags Reason: Tag keys starting with aws: are reserved: ${reserved}`);
}
