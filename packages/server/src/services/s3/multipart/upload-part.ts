import { Readable } from "node:stream";
import { payloadChecksum } from "@nephoscope/wire";
import { type Bucket, findBucket } from "../buckets/bucket.ts";
import type { CustomerKeyHeaders } from "../encryption/customer-key.ts";
import { encryptionMembers, type ObjectEncryption } from "../encryption/object-encryption.ts";
import { refusal } from "../failures.ts";
import { checkMd5, checksumMembers, receivedChecksum } from "../objects/checksums.ts";
import { findSource, openSource } from "../objects/copy-object.ts";
import { entityTag } from "../objects/entity-tag.ts";
import { payloadLength } from "../objects/put-object.ts";
import type { S3Call, S3Deps, S3Operation } from "../operation.ts";
import type { Checksum } from "../store/stored-object.ts";
import { MAX_PARTS } from "./uploads.ts";

/** S3 user guide, "Amazon S3 multipart upload limits". */
const MAX_PART_BYTES = 5 * 1024 ** 3;

function checkNumber(number: number): number {
  if (number < 1 || number > MAX_PARTS)
    throw refusal("InvalidArgument", `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  return number;
}

export const uploadPart: S3Operation<"UploadPart"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const place = { bucket: bucket.number, key: input.Key };
  const number = checkNumber(input.PartNumber);
  const { encryption } = deps.uploads.find(place, input.UploadId);
  const size = payloadLength(input.Body, input.ContentLength);
  const key = await partKey(deps, call, bucket, input, encryption);
  const received = await deps.payloads.receive(input.Body ?? Readable.from([]), size, key);
  try {
    checkMd5(input.ContentMD5, received.md5);
    const checksum = receivedChecksum(received);
    const etag = entityTag(received.md5, encryption);
    await deps.uploads.addPart(place, input.UploadId, {
      number,
      size,
      etag,
      modified: deps.clock.now(),
      checksum,
      payload: received.payload,
    });
    return { ETag: `"${etag}"`, ...checksumMembers(checksum), ...encryptionMembers(encryption) };
  } catch (error) {
    await deps.payloads.discard(received);
    throw error;
  }
};

export const uploadPartCopy: S3Operation<"UploadPartCopy"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const place = { bucket: bucket.number, key: input.Key };
  const number = checkNumber(input.PartNumber);
  const upload = deps.uploads.find(place, input.UploadId);
  const source = findSource(deps, input);
  const { start, end } = copyRange(input.CopySourceRange, source.object.size);
  const size = end - start + 1;
  if (size > MAX_PART_BYTES)
    throw refusal("EntityTooLarge", `A part may have ${MAX_PART_BYTES} bytes, and this one has ${size}.`);
  const sourceKey = await openSource(deps, call, source, input);
  const key = await partKey(deps, call, bucket, input, upload.encryption);
  const running = upload.checksum && payloadChecksum(upload.checksum.algorithm);
  const content = (async function* () {
    for await (const piece of deps.payloads.read(source.object.pieces, start, end, sourceKey)) {
      running?.update(piece);
      yield piece;
    }
  })();
  const received = await deps.payloads.receive(content, size, key);
  try {
    const checksum: Checksum | undefined =
      running && upload.checksum
        ? { algorithm: upload.checksum.algorithm, value: await running.digest(), type: "FULL_OBJECT" }
        : undefined;
    const etag = entityTag(received.md5, upload.encryption);
    const modified = deps.clock.now();
    await deps.uploads.addPart(place, input.UploadId, {
      number,
      size,
      etag,
      modified,
      checksum,
      payload: received.payload,
    });
    return {
      CopyPartResult: { ETag: `"${etag}"`, LastModified: new Date(modified), ...checksumMembers(checksum) },
      ...encryptionMembers(upload.encryption),
      ...(source.bucket.versioning !== "Off" && { CopySourceVersionId: source.object.version }),
    };
  } catch (error) {
    await deps.payloads.discard(received);
    throw error;
  }
};

/** The key of the object that the upload will be. */
async function partKey(
  deps: S3Deps,
  call: S3Call,
  bucket: Bucket,
  input: CustomerKeyHeaders & { readonly Bucket: string; readonly Key: string },
  encryption: ObjectEncryption | undefined,
): Promise<Buffer> {
  const key = await deps.objectKeys.open(call, bucket, { bucket: input.Bucket, key: input.Key }, encryption, input);
  if (key === undefined)
    throw refusal(
      "InvalidRequest",
      "The upload was begun by a version of Nephoscope that did not encrypt. Abort it and begin a new one.",
    );
  return key;
}

/** `bytes=first-last`, both of which must be there and within the source. */
function copyRange(header: string | undefined, size: number): { start: number; end: number } {
  if (header === undefined) return { start: 0, end: size - 1 };
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first))
    throw refusal(
      "InvalidArgument",
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  if (Number(last) >= size)
    throw refusal("InvalidArgument", `Range specified is not valid for source object of size: ${size}`);
  return { start: Number(first), end: Number(last) };
}
