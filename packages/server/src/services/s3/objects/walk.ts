import { afterAll, greater, groupOf, next } from "./key-range.ts";

/** What a page of a listing asks for, whatever it lists. */
export interface Walk {
  readonly prefix: string;
  readonly delimiter: string;
  /** The least key that may be on the page. */
  readonly from: Buffer;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** What keys have in common up to the delimiter, once for all of them. */
  readonly groups: readonly string[];
  /** What the page ended with. */
  readonly last: Item | string | undefined;
  /** The least key of the next page; undefined when there is none. */
  readonly next: Buffer | undefined;
}

/**
 * Walks keys in the order of their bytes. `read` gives items from a key on, in order, at most so many; it is asked again
 * behind each group, so that a group of a million keys costs as much as one key. `after` is the least key behind an item.
 */
export function walk<Item extends { readonly bytes: Buffer }>(
  { prefix, delimiter, from, limit }: Walk,
  read: (from: Buffer, before: Buffer, limit: number) => Iterable<Item>,
): Page<Item> {
  const start = Buffer.from(prefix, "utf8");
  const mark = Buffer.from(delimiter, "utf8");
  const before = afterAll(start);
  const items: Item[] = [];
  const groups: string[] = [];
  let at = greater(from, start);
  let last: Item | string | undefined;
  for (;;) {
    let group: Buffer | undefined;
    let count = 0;
    const wanted = limit - items.length - groups.length + 1;
    for (const item of read(at, before, wanted)) {
      count++;
      if (items.length + groups.length >= limit) return { items, groups, last, next: item.bytes };
      group = groupOf(item.bytes, start, mark);
      if (group) break;
      items.push(item);
      last = item;
    }
    if (!group) {
      // Fewer than asked for were there, so nothing follows.
      if (count < wanted) return { items, groups, last, next: undefined };
      throw new Error("a listing read past its page");
    }
    last = group.toString("utf8");
    groups.push(last);
    at = afterAll(group);
  }
}

/** Where a listing goes on that has shown `marker`: a key, or a group as a whole. */
export function afterMarker(marker: string, prefix: string, delimiter: string): Buffer {
  const bytes = Buffer.from(marker, "utf8");
  const group = marker.startsWith(prefix)
    ? groupOf(bytes, Buffer.from(prefix, "utf8"), Buffer.from(delimiter, "utf8"))
    : undefined;
  return group?.equals(bytes) ? afterAll(bytes) : next(bytes);
}
