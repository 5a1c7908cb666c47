export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What is wrong with one tag, or with its place among all; undefined for a good one (TagResource, API reference). */
export function tagFault(tags: readonly Tag[], index: number): string | undefined {
  const key = tags[index]?.key ?? "";
  if (key === "") return "A tag needs a key.";
  if (key.length > 128) return "A key has at most 128 characters.";
  if (/^aws:/i.test(key)) return "Keys that begin with aws: are AWS's own.";
  return tags.some((tag, other) => other < index && tag.key === key) ? "This key stands above already." : undefined;
}

/** AWS's bound for one resource. */
export const MOST_TAGS = 50;

export const tagRecord = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));
