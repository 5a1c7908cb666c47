import { canonicalId } from "../access/acl.ts";
import { findBucket } from "../buckets/bucket.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import type { Listed } from "../store/object-index.ts";
import { afterMarker, walk } from "./walk.ts";

/** S3 API reference, ListObjectsV2. */
const MAX_KEYS = 1_000;

export function pageSize(asked: number | undefined): number {
  if (asked !== undefined && asked < 0)
    throw refusal("InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  return Math.min(asked ?? MAX_KEYS, MAX_KEYS);
}

/** How names are written in a listing: as they are, or as in a URL, since XML cannot hold every character. */
export function namesOf(encoding: string | undefined): (name: string) => string {
  if (encoding === undefined) return (name) => name;
  if (encoding !== "url") throw refusal("InvalidArgument", "Invalid Encoding Method specified in Request");
  return (name) => encodeURIComponent(name).replaceAll("%2F", "/");
}

const contentOf = (encode: (name: string) => string) => (item: Listed) => ({
  Key: encode(item.key),
  LastModified: new Date(item.modified),
  ETag: `"${item.etag}"`,
  Size: item.size,
  StorageClass: "STANDARD" as const,
});

export const listObjectsV2: S3Operation<"ListObjectsV2"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { Prefix = "", Delimiter = "", StartAfter, ContinuationToken } = input;
  const limit = pageSize(input.MaxKeys);
  const encode = namesOf(input.EncodingType);
  if (ContinuationToken !== undefined && !/^[A-Za-z0-9_-]{1,1500}$/.test(ContinuationToken))
    throw refusal("InvalidArgument", "The continuation token provided is incorrect");
  const from =
    ContinuationToken !== undefined
      ? Buffer.from(ContinuationToken, "base64url")
      : StartAfter !== undefined && StartAfter !== ""
        ? afterMarker(StartAfter, Prefix, Delimiter)
        : Buffer.alloc(0);
  const page = walk({ prefix: Prefix, delimiter: Delimiter, from, limit }, (start, before, most) =>
    limit === 0 ? [] : deps.index.live(bucket.number, start, before, most),
  );
  const content = contentOf(encode);
  return {
    Name: input.Bucket,
    Prefix: encode(Prefix),
    ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
    MaxKeys: limit,
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    KeyCount: page.items.length + page.groups.length,
    IsTruncated: page.next !== undefined,
    ...(ContinuationToken !== undefined && { ContinuationToken }),
    ...(page.next && { NextContinuationToken: page.next.toString("base64url") }),
    ...(StartAfter !== undefined && { StartAfter: encode(StartAfter) }),
    Contents: page.items.map((item) => ({
      ...content(item),
      ...(input.FetchOwner && { Owner: { ID: canonicalId(bucket.account) } }),
    })),
    CommonPrefixes: page.groups.map((group) => ({ Prefix: encode(group) })),
  };
};

export const listObjects: S3Operation<"ListObjects"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { Prefix = "", Delimiter = "", Marker = "" } = input;
  const limit = pageSize(input.MaxKeys);
  const encode = namesOf(input.EncodingType);
  const from = Marker === "" ? Buffer.alloc(0) : afterMarker(Marker, Prefix, Delimiter);
  const page = walk({ prefix: Prefix, delimiter: Delimiter, from, limit }, (start, before, most) =>
    limit === 0 ? [] : deps.index.live(bucket.number, start, before, most),
  );
  const content = contentOf(encode);
  const last = typeof page.last === "object" ? page.last.key : page.last;
  return {
    Name: input.Bucket,
    Prefix: encode(Prefix),
    Marker: encode(Marker),
    ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
    MaxKeys: limit,
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    IsTruncated: page.next !== undefined,
    // Without a delimiter the last key says as much (ListObjects, "NextMarker").
    ...(page.next && Delimiter !== "" && last !== undefined && { NextMarker: encode(last) }),
    Contents: page.items.map((item) => ({ ...content(item), Owner: { ID: canonicalId(bucket.account) } })),
    CommonPrefixes: page.groups.map((group) => ({ Prefix: encode(group) })),
  };
};
