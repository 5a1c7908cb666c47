import type { Tag } from "./tag.ts";

export interface TagChanges {
  /** Keys to remove. */
  readonly gone: readonly string[];
  /** New and changed tags. */
  readonly put: readonly Tag[];
}

/** What makes tags as they were into tags as they are to be; nothing that stays as it is is written again. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): TagChanges {
  const was = new Map(before.map(({ key, value }) => [key, value]));
  const keys = new Set(after.map(({ key }) => key));
  return {
    gone: before.map(({ key }) => key).filter((key) => !keys.has(key)),
    put: after.filter(({ key, value }) => was.get(key) !== value),
  };
}
