import { createHash } from "node:crypto";
import { payloadChecksum } from "@nephoscope/wire";
import { type Bucket, findBucket } from "../buckets/bucket.ts";
import { encryptionMembers } from "../encryption/object-encryption.ts";
import { causeOfCall } from "../events/events.ts";
import { refusal } from "../failures.ts";
import { checksumMembers } from "../objects/checksums.ts";
import { writeCheck } from "../objects/conditions.ts";
import { collectLater } from "../objects/delete-objects.ts";
import { versionMember } from "../objects/versions.ts";
import type { S3Input, S3Operation } from "../operation.ts";
import type { Checksum, NewObject } from "../store/stored-object.ts";
import { combineCrcs } from "./combine-crc.ts";
import { MAX_PARTS, type Part, type Upload } from "./uploads.ts";

/** S3 user guide, "Amazon S3 multipart upload limits": every part but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

type Named = NonNullable<NonNullable<S3Input<"CompleteMultipartUpload">["MultipartUpload"]>["Parts"]>;

export const completeMultipartUpload: S3Operation<"CompleteMultipartUpload"> = async (input, call, deps) => {
  const bucket: Bucket = findBucket(deps, input).document;
  const place = { bucket: bucket.number, key: input.Key };
  const upload = deps.uploads.find(place, input.UploadId);
  const named = input.MultipartUpload?.Parts ?? [];
  if (named.length === 0)
    throw refusal(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const parts = deps.uploads.partsOf(input.UploadId, 0, MAX_PARTS);
  const object = await assemble(upload, chosen(named, parts), deps.clock.now());
  const wanted = Object.values(checksumMembers(object.checksum))[0];
  const given = givenChecksum(input);
  if (given !== undefined && wanted !== undefined && given.replace(/-\d+$/, "") !== wanted.replace(/-\d+$/, ""))
    throw refusal("BadDigest", "The checksum you specified for the object did not match the calculated checksum.");
  if (input.MpuObjectSize !== undefined && Number(input.MpuObjectSize) !== object.size)
    throw refusal(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header does not match what was computed: ${object.size}`,
    );
  const stored = await deps.uploads.complete(
    place,
    bucket.versioning,
    input.UploadId,
    object,
    writeCheck(input),
    (made) => deps.events.note("ObjectCreated:CompleteMultipartUpload", input.Bucket, bucket, made, causeOfCall(call)),
  );
  collectLater(deps);
  return {
    Location: `/${input.Bucket}/${encodeURIComponent(input.Key)}`,
    Bucket: input.Bucket,
    Key: input.Key,
    ETag: `"${stored.etag}"`,
    ...checksumMembers(stored.checksum),
    ...(stored.checksum && { ChecksumType: stored.checksum.type }),
    ...encryptionMembers(stored.encryption),
    ...versionMember(bucket, stored),
  };
};

const givenChecksum = (input: S3Input<"CompleteMultipartUpload">): string | undefined =>
  input.ChecksumCRC32 ?? input.ChecksumCRC32C ?? input.ChecksumCRC64NVME ?? input.ChecksumSHA1 ?? input.ChecksumSHA256;

/** The parts that the caller names, which must be there, as named, and in rising order. */
function chosen(named: Named, parts: readonly Part[]): readonly Part[] {
  const byNumber = new Map(parts.map((part) => [part.number, part]));
  let before = 0;
  const list = named.map(({ PartNumber = 0, ETag = "", ...given }) => {
    if (PartNumber <= before)
      throw refusal(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
      );
    before = PartNumber;
    const part = byNumber.get(PartNumber);
    const own = part && Object.values(checksumMembers(part.checksum))[0];
    const theirs =
      given.ChecksumCRC32 ??
      given.ChecksumCRC32C ??
      given.ChecksumCRC64NVME ??
      given.ChecksumSHA1 ??
      given.ChecksumSHA256;
    if (!part || part.etag !== ETag.replace(/^"(.*)"$/, "$1") || (theirs !== undefined && theirs !== own))
      throw refusal(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    return part;
  });
  if (list.some((part, i) => i < list.length - 1 && part.size < MIN_PART_BYTES))
    throw refusal("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  return list;
}

async function assemble(upload: Upload, parts: readonly Part[], now: number): Promise<NewObject> {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.digest("hex")}-${parts.length}`,
    modified: now,
    attributes: upload.attributes,
    checksum: await checksumOf(upload, parts),
    pieces: parts.flatMap(({ pieces }) => pieces),
    multipart: true,
    encryption: upload.encryption,
    acl: upload.acl,
  };
}

/** Of the whole, or of the parts' checksums one after the other, as the upload was begun. */
async function checksumOf({ checksum }: Upload, parts: readonly Part[]): Promise<Checksum | undefined> {
  if (checksum === undefined) return undefined;
  const { algorithm, type } = checksum;
  const values = parts.map((part) => {
    if (part.checksum?.algorithm !== algorithm)
      throw refusal(
        "InvalidRequest",
        `The upload was created using the ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
      );
    return { value: part.checksum.value, size: part.size };
  });
  if (type === "FULL_OBJECT") return { algorithm, type, value: combineCrcs(algorithm, values) };
  const running = payloadChecksum(algorithm);
  if (!running) throw new Error(`an upload has the checksum ${algorithm}, which is not known`);
  for (const { value } of values) running.update(Buffer.from(value, "base64"));
  return { algorithm, type, value: `${await running.digest()}-${values.length}` };
}
