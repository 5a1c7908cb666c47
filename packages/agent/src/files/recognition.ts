import type { Follower } from "./follower.ts";
import type { HeldFile } from "./held-file.ts";

/**
 * What a file is that came under one of a source's names:
 * - `new`: a content that nobody read yet;
 * - `continues`: a content that we know, and that goes on in this file;
 * - `copy`: a copy of a content that is followed, which is needed when that is cut;
 * - `growing`: perhaps a copy that is being made;
 * - `known`: nothing in it that was not read.
 */
export type Recognition =
  | { readonly what: "new" | "growing" | "known" }
  | { readonly what: "continues" | "copy"; readonly content: Follower };

/** @param followed oldest first; @param finished oldest first */
export function recognise(
  file: HeldFile,
  isLive: boolean,
  followed: readonly Follower[],
  finished: readonly Follower[],
): Recognition {
  const same = finished.findLast(({ key }) => key === file.key);
  if (same?.isIn(file)) return { what: "continues", content: same };
  // Written anew while nobody looked.
  same?.leave();
  if (isLive) {
    // One that begins as the one before it and is as long: its writer saved it anew.
    const before = followed.at(-1);
    const saved = before?.compare(file.beginning()) === "same" && before.isIn(file);
    return saved ? { what: "continues", content: before } : { what: "new" };
  }
  const beginning = file.beginning();
  let growing = false;
  for (const content of followed) {
    const likeness = content.compare(beginning);
    if (likeness === "same") return { what: "copy", content };
    growing ||= likeness === "perhaps";
  }
  if (growing) return { what: "growing" };
  const content = finished.findLast((each) => each.compare(beginning) === "same");
  if (content === undefined) return { what: "new" };
  return content.isIn(file) && file.size > content.offset ? { what: "continues", content } : { what: "known" };
}
