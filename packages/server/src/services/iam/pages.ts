import { validationError } from "./operation.ts";

export interface Paging {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly end: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** What IAM gives when the caller does not say (IAM API, MaxItems). */
const DEFAULT_ITEMS = 100;

/** A page of a list in the order of its keys. A marker holds the last key of the page before, so what comes or goes meanwhile shifts nothing. */
export function pageOf<T>(
  { Marker, MaxItems = DEFAULT_ITEMS }: Paging,
  list: readonly T[],
  keyOf: (item: T) => string,
): Page<T> {
  const after = Marker === undefined ? undefined : readMarker(Marker);
  const rest = after === undefined ? list : list.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, MaxItems);
  const last = items.at(-1);
  if (rest.length <= MaxItems || last === undefined) return { items, end: { IsTruncated: false } };
  return { items, end: { IsTruncated: true, Marker: Buffer.from(keyOf(last)).toString("base64url") } };
}

function readMarker(marker: string): string {
  const key = Buffer.from(marker, "base64url");
  const text = key.toString("utf8");
  if (key.length === 0 || Buffer.from(text).toString("base64url") !== marker) {
    throw validationError("Invalid Marker.");
  }
  return text;
}
