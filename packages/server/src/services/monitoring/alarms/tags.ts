import type { Tag } from "@aws-sdk/client-cloudwatch";
import { WireFailure } from "@nephoscope/wire";
import { validationError } from "./refusals.ts";

export type Tags = Readonly<Record<string, string>>;

/** Most tags of a resource (API reference, PutMetricAlarm). */
const MAX_TAGS = 50;

/** Reads a list of tags, refusing too many, doubles, and the prefix that AWS keeps to itself. */
export function readTags(list: readonly Tag[] | undefined): Tags {
  const tags: Record<string, string> = {};
  for (const { Key: key, Value: value } of list ?? []) {
    if (key === undefined || value === undefined) continue;
    if (Object.hasOwn(tags, key)) throw validationError(`The tag key ${key} is given twice.`);
    Object.defineProperty(tags, key, { value, enumerable: true });
  }
  return checkTags(tags);
}

export function checkTags(tags: Tags): Tags {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw new WireFailure(
      "LimitExceededFault",
      `A resource can have at most ${MAX_TAGS} tags; these are ${keys.length}.`,
    );
  }
  const reserved = keys.find((key) => /^aws:/i.test(key));
  if (reserved !== undefined) throw validationError(`Tag keys beginning with aws: are reserved: ${reserved}`);
  return tags;
}
