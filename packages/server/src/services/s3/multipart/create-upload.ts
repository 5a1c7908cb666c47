import { newObjectAcl } from "../access/acl-operations.ts";
import { findBucket } from "../buckets/bucket.ts";
import { encryptionMembers } from "../encryption/object-encryption.ts";
import { refusal } from "../failures.ts";
import { attributesOf, checkObjectHeaders } from "../objects/attributes.ts";
import { checksumAlgorithm } from "../objects/checksums.ts";
import { collectLater } from "../objects/delete-objects.ts";
import { checkKey } from "../objects/key.ts";
import type { S3Operation } from "../operation.ts";

export const createMultipartUpload: S3Operation<"CreateMultipartUpload"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  checkObjectHeaders(input);
  const algorithm = checksumAlgorithm(input.ChecksumAlgorithm);
  // S3 user guide, "Checking object integrity": what each algorithm gives unless the caller says so.
  const type = input.ChecksumType ?? (algorithm === "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE");
  if (
    algorithm !== undefined &&
    (algorithm === "crc64nvme" ? type === "COMPOSITE" : type === "FULL_OBJECT" && !algorithm.startsWith("crc"))
  )
    throw refusal(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  const place = { bucket: bucket.number, key: checkKey(input.Key) };
  const checksum = algorithm === undefined ? undefined : { algorithm, type };
  const attributes = attributesOf(input);
  const acl = newObjectAcl(deps, bucket, call, input);
  const { encryption } = await deps.objectKeys.make(call, bucket, { bucket: input.Bucket, key: input.Key }, input);
  const id = await deps.uploads.start(place, { attributes, checksum, encryption, acl }, deps.clock.now());
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: id,
    ...encryptionMembers(encryption),
    ...(checksum && {
      ChecksumAlgorithm: input.ChecksumAlgorithm,
      ChecksumType: checksum.type,
    }),
  };
};

export const abortMultipartUpload: S3Operation<"AbortMultipartUpload"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  await deps.uploads.abort({ bucket: bucket.number, key: input.Key }, input.UploadId);
  collectLater(deps);
  return {};
};
