import { invalidParameter } from "../operation.ts";

/** Most tags of a queue (SQS developer guide, "Tagging"). */
const MAX_TAGS = 50;

export function checkTags(tags: Readonly<Record<string, string>>): void {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS)
    throw invalidParameter(`Too many tags added for queue. A queue can have at most ${MAX_TAGS} tags.`);
  const wrong = keys.find((key) => key === "" || key.length > 128 || key.toLowerCase().startsWith("aws:"));
  if (wrong !== undefined) {
    throw invalidParameter(
      `Tag keys must be between 1 and 128 characters in length and must not start with aws: (${JSON.stringify(wrong.slice(0, 128))}).`,
    );
  }
  const long = Object.values(tags).some((value) => value.length > 256);
  if (long) throw invalidParameter("Tag values must be between 0 and 256 characters in length.");
}
