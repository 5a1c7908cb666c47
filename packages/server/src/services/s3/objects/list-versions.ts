import { canonicalId } from "../access/acl.ts";
import { findBucket } from "../buckets/bucket.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import type { ObjectIndex } from "../store/object-index.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { next } from "./key-range.ts";
import { namesOf, pageSize } from "./list-objects.ts";
import { afterMarker, walk } from "./walk.ts";

export const listObjectVersions: S3Operation<"ListObjectVersions"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker = "" } = input;
  if (VersionIdMarker !== "" && KeyMarker === "")
    throw refusal("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
  const limit = pageSize(input.MaxKeys);
  const encode = namesOf(input.EncodingType);
  // Behind a version the key itself may have more of them.
  const marked =
    VersionIdMarker === "" ? undefined : deps.index.version({ bucket: bucket.number, key: KeyMarker }, VersionIdMarker);
  const from = marked
    ? Buffer.from(KeyMarker)
    : KeyMarker === ""
      ? Buffer.alloc(0)
      : afterMarker(KeyMarker, Prefix, Delimiter);
  const page = walk({ prefix: Prefix, delimiter: Delimiter, from, limit }, (start, before, most) =>
    limit === 0 ? [] : versions(deps.index, bucket.number, start, before, most, marked),
  );
  const { last } = page;
  const owner = { ID: canonicalId(bucket.account) };
  const common = (object: StoredObject) => ({
    Key: encode(object.key),
    VersionId: object.version,
    IsLatest: object.latest,
    LastModified: new Date(object.modified),
    Owner: owner,
  });
  return {
    Name: input.Bucket,
    Prefix: encode(Prefix),
    KeyMarker: encode(KeyMarker),
    VersionIdMarker,
    ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    MaxKeys: limit,
    IsTruncated: page.next !== undefined,
    ...(page.next !== undefined &&
      last !== undefined &&
      (typeof last === "object"
        ? { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.version }
        : { NextKeyMarker: encode(last) })),
    Versions: page.items
      .filter(({ marker }) => !marker)
      .map((object) => ({
        ...common(object),
        ETag: `"${object.etag}"`,
        Size: object.size,
        StorageClass: "STANDARD" as const,
      })),
    DeleteMarkers: page.items.filter(({ marker }) => marker).map(common),
    CommonPrefixes: page.groups.map((group) => ({ Prefix: encode(group) })),
  };
};

/** Versions from a key on; of the marked one's key only those older than it. */
function* versions(
  index: ObjectIndex,
  bucket: number,
  from: Buffer,
  before: Buffer,
  limit: number,
  marked: StoredObject | undefined,
): Generator<StoredObject & { readonly bytes: Buffer }> {
  let left = limit;
  let start = from;
  if (marked && from.equals(Buffer.from(marked.key))) {
    for (const object of index.older(bucket, marked, left)) {
      left--;
      yield { ...object, bytes: Buffer.from(object.key) };
    }
    start = next(from);
  }
  if (left === 0) return;
  for (const object of index.versions(bucket, start, before, left)) yield { ...object, bytes: Buffer.from(object.key) };
}
