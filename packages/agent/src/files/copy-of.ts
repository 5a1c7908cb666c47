import type { Contents } from "./contents.ts";
import type { Follower } from "./follower.ts";
import type { FoundFile } from "./found-file.ts";
import { HeldFile } from "./held-file.ts";
import { MIN_HEAD } from "./identity.ts";
import type { UnreadFiles } from "./unread-files.ts";

export interface CopySources {
  readonly contents: Contents;
  /** Copies that are held, and files that nobody decided on yet: first of all, a copy is among them. */
  readonly unread: UnreadFiles;
  /** Other files under the source's names, oldest first. */
  readonly others: () => readonly FoundFile[];
  readonly ignoreSymlinks: boolean;
}

/** Finds the file that rotation copied a content to before it cut it. @returns undefined when there is none */
export function copyOf(
  content: Follower,
  { contents, unread, others, ignoreSymlinks }: CopySources,
): HeldFile | undefined {
  if (content.head.length === 0) return undefined;
  const held = [...unread.copiesOf(content), ...unread.undecided.toReversed()];
  const copy = held.find((file) => file.key !== contents.live?.key && content.isIn(file));
  if (copy !== undefined) return unread.take(copy);
  // A copy may have been made into a file that was there before. Few bytes alike would prove nothing there.
  if (content.head.length < MIN_HEAD) return undefined;
  for (const { path, key } of others().toReversed()) {
    if (contents.hasFile(key) || held.some((each) => each.key === key)) continue;
    const file = HeldFile.open(path, ignoreSymlinks);
    if (file !== undefined && !contents.hasFile(file.key) && content.isIn(file)) return file;
    file?.close();
  }
  return undefined;
}
