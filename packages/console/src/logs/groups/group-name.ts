/** What is wrong with a new group's name, as CreateLogGroup would say it; undefined for a good one. */
export function groupNameFault(name: string): string | undefined {
  if (name === "") return "A log group needs a name.";
  if (name.length > 512) return "A name has at most 512 characters.";
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name)) {
    return "A name has letters and digits without accents, and the characters . - _ / # only.";
  }
  return name.startsWith("aws/") ? "Names that begin with aws/ are AWS's own." : undefined;
}

/** What is wrong with one tag, or with its place among all; undefined for a good one (TagResource, API reference). */
export function tagFault(tags: readonly Tag[], index: number): string | undefined {
  const key = tags[index]?.key ?? "";
  if (key === "") return "A tag needs a key.";
  if (key.length > 128) return "A key has at most 128 characters.";
  if (/^aws:/i.test(key)) return "Keys that begin with aws: are AWS's own.";
  return tags.some((tag, other) => other < index && tag.key === key) ? "This key stands above already." : undefined;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** AWS's bound for one resource. */
export const MOST_TAGS = 50;

export const tagRecord = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));
