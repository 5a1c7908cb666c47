import { findBucket } from "../buckets/bucket.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { checksumMembers } from "./checksums.ts";
import { findObject, versionMember } from "./versions.ts";

const MAX_PARTS = 1_000;

/** Tells of an object's parts only their sizes: checksums of parts are not kept behind the completion of an upload. */
export const getObjectAttributes: S3Operation<"GetObjectAttributes"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const object = findObject(deps.index, { bucket: bucket.number, key: input.Key }, input.VersionId);
  await deps.objectKeys.open(call, bucket, { bucket: input.Bucket, key: input.Key }, object.encryption, input);
  const wanted = new Set<string>(input.ObjectAttributes);
  if (wanted.size === 0)
    throw refusal("InvalidArgument", "At least one object attribute must be specified in x-amz-object-attributes");
  const { checksum, pieces } = object;
  const after = Number(input.PartNumberMarker ?? 0);
  const page = pieces.slice(after, after + Math.min(input.MaxParts ?? MAX_PARTS, MAX_PARTS));
  const next = after + page.length;
  return {
    LastModified: new Date(object.modified),
    ...versionMember(bucket, object),
    ...(wanted.has("ETag") && { ETag: object.etag }),
    ...(wanted.has("ObjectSize") && { ObjectSize: object.size }),
    ...(wanted.has("StorageClass") && { StorageClass: "STANDARD" as const }),
    ...(wanted.has("Checksum") &&
      checksum && { Checksum: { ...checksumMembers(checksum), ChecksumType: checksum.type } }),
    ...(wanted.has("ObjectParts") &&
      object.multipart && {
        ObjectParts: {
          TotalPartsCount: pieces.length,
          PartNumberMarker: String(after),
          NextPartNumberMarker: String(next),
          MaxParts: input.MaxParts ?? MAX_PARTS,
          IsTruncated: next < pieces.length,
          ...(checksum?.type === "COMPOSITE" && {
            Parts: page.map(({ size }, i) => ({ PartNumber: after + i + 1, Size: size })),
          }),
        },
      }),
  };
};
