import type { Caller } from "./operation.ts";

/** A marker holds the last key of its page. */
export const makeMarker = (key: string): string => Buffer.from(key).toString("base64url");

export function readMarker(caller: Caller, marker: string | undefined): string {
  const key = Buffer.from(marker ?? "", "base64url").toString("utf8");
  if (!/^[A-Za-z0-9/_:-]*$/.test(key) || (marker !== undefined && makeMarker(key) !== marker))
    throw caller.refuse("InvalidMarkerException", "Could not deserialize marker");
  return key;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly NextMarker?: string;
  readonly Truncated: boolean;
}

/** A page of what was asked for with one item more than it may have. */
export function pageOf<T>(found: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || last === undefined) return { items, Truncated: false };
  return { items, NextMarker: makeMarker(keyOf(last)), Truncated: true };
}
