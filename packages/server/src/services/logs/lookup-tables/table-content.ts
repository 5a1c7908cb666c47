import { randomUUID } from "node:crypto";
import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";

/**
 * A table's text is an object of its own. Objects and resources can't be written in one go, so an object that is no
 * table's has a mark: one that is about to become a table's, and one that was. A crash leaves the mark, by which the
 * object is found and removed later.
 */
const SPARE_KIND = "logs.spare-lookup-content";
/** A mark this old is that of a call that ended long ago. */
const SPARE_FOR_MS = 3_600_000;
const REMOVED_AT_ONCE = 100;

const cause = { action: "job:logs-lookup-content" };

const keyOf = (contentId: string) => `lookup-tables/${contentId}.csv`;
const spareRef = (contentId: string): ResourceRef => ({ kind: SPARE_KIND, account: "", region: "", key: contentId });

/** Stores a text and returns its id. It stays only if a commit with `take` follows within the hour. */
export async function storeContent(
  { state, objects }: { state: State; objects: ObjectStore },
  text: string,
): Promise<string> {
  const contentId = randomUUID();
  await state.commit({ cause, changes: [{ put: spareRef(contentId), document: {}, expect: "absent" }] });
  await objects.put(keyOf(contentId), Buffer.from(text));
  return contentId;
}

/** Goes into the commit that makes the text a table's. */
export const take = (contentId: string): Change => ({ remove: spareRef(contentId), expect: "present" });

/** Goes into the commit after which the text is no table's any more; `removeContent` may follow at once. */
export const release = (contentId: string): Change => ({ put: spareRef(contentId), document: {}, expect: "any" });

export async function removeContent(
  { state, objects }: { state: State; objects: ObjectStore },
  contentId: string,
): Promise<void> {
  await objects.remove(keyOf(contentId));
  await state.commit({ cause, changes: [{ remove: spareRef(contentId), expect: "any" }] });
}

/** A text, or undefined when it is gone: then its table has another by now, or is gone too. */
export function readContent(objects: ObjectStore, contentId: string): Promise<Buffer | undefined> {
  return objects.get(keyOf(contentId));
}

/** Removes what calls that a crash ended have left. */
export async function removeSpareContent(
  deps: { state: State; objects: ObjectStore; nowMs: number },
  signal: AbortSignal,
): Promise<void> {
  let after: ResourceRef | undefined;
  while (!signal.aborted) {
    const spare = deps.state.scan(SPARE_KIND, after, REMOVED_AT_ONCE);
    after = spare.at(-1)?.ref;
    if (after === undefined) return;
    for (const { ref, updatedAt } of spare) {
      if (updatedAt < deps.nowMs - SPARE_FOR_MS) await removeContent(deps, ref.key);
    }
  }
}
