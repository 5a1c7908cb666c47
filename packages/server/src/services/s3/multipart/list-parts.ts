import { canonicalId } from "../access/acl.ts";
import { findBucket } from "../buckets/bucket.ts";
import { refusal } from "../failures.ts";
import { checksumMembers } from "../objects/checksums.ts";
import { namesOf, pageSize } from "../objects/list-objects.ts";
import { afterMarker, walk } from "../objects/walk.ts";
import type { S3Operation } from "../operation.ts";

export const listParts: S3Operation<"ListParts"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const upload = deps.uploads.find({ bucket: bucket.number, key: input.Key }, input.UploadId);
  const limit = pageSize(input.MaxParts);
  const after = Number(input.PartNumberMarker ?? 0);
  if (!Number.isInteger(after) || after < 0)
    throw refusal("InvalidArgument", "Argument part-number-marker must be an integer between 0 and 2147483647");
  const found = deps.uploads.partsOf(upload.id, after, limit + 1);
  const page = found.slice(0, limit);
  const owner = { ID: canonicalId(bucket.account) };
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: upload.id,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: found.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumMembers(part.checksum),
    })),
    Initiator: owner,
    Owner: owner,
    StorageClass: "STANDARD",
    ...(upload.checksum && {
      ChecksumAlgorithm: upload.checksum.algorithm.toUpperCase() as "CRC32",
      ChecksumType: upload.checksum.type,
    }),
  };
};

export const listMultipartUploads: S3Operation<"ListMultipartUploads"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { Prefix = "", Delimiter = "", KeyMarker = "", UploadIdMarker } = input;
  const limit = pageSize(input.MaxUploads);
  const encode = namesOf(input.EncodingType);
  // With an upload's id the key itself may have more uploads.
  const resumes = UploadIdMarker !== undefined && UploadIdMarker !== "" && KeyMarker !== "";
  const from = resumes
    ? Buffer.from(KeyMarker)
    : KeyMarker === ""
      ? Buffer.alloc(0)
      : afterMarker(KeyMarker, Prefix, Delimiter);
  const page = walk({ prefix: Prefix, delimiter: Delimiter, from, limit }, (start, before, most) => {
    if (limit === 0) return [];
    const found = deps.uploads.inOrder(bucket.number, start, before, most + (resumes ? MAX_OF_ONE_KEY : 0));
    const at = resumes ? found.findIndex(({ key, id }) => key === KeyMarker && id === UploadIdMarker) : -1;
    return found.slice(at + 1, at + 1 + most);
  });
  const last = page.last;
  const owner = { ID: canonicalId(bucket.account) };
  return {
    Bucket: input.Bucket,
    KeyMarker: encode(KeyMarker),
    UploadIdMarker: UploadIdMarker ?? "",
    Prefix: encode(Prefix),
    ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    MaxUploads: limit,
    IsTruncated: page.next !== undefined,
    ...(page.next !== undefined &&
      last !== undefined && {
        NextKeyMarker: encode(typeof last === "object" ? last.key : last),
        NextUploadIdMarker: typeof last === "object" ? last.id : "",
      }),
    Uploads: page.items.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: new Date(upload.started),
      StorageClass: "STANDARD" as const,
      Owner: owner,
      Initiator: owner,
    })),
    CommonPrefixes: page.groups.map((group) => ({ Prefix: encode(group) })),
  };
};

/** Uploads of the marker's key that are skipped to find the marker. */
const MAX_OF_ONE_KEY = 10_000;
