import { Readable } from "node:stream";
import { payloadChecksum } from "@nephoscope/wire";
import { findBucket } from "../buckets/bucket.ts";
import { notImplemented, refusal } from "../failures.ts";
import { checkMd5, checksumMembers, receivedChecksum } from "../objects/checksums.ts";
import { findSource } from "../objects/copy-object.ts";
import { payloadLength } from "../objects/put-object.ts";
import type { S3Operation } from "../operation.ts";
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
  const bucket = findBucket(deps, call, input).document;
  if (input.SSECustomerAlgorithm !== undefined) throw notImplemented("Encryption with a key of the caller (SSE-C)");
  const place = { bucket: bucket.number, key: input.Key };
  const number = checkNumber(input.PartNumber);
  deps.uploads.find(place, input.UploadId);
  const size = payloadLength(input.Body, input.ContentLength);
  const received = await deps.payloads.receive(input.Body ?? Readable.from([]), size);
  try {
    checkMd5(input.ContentMD5, received.md5);
    const checksum = receivedChecksum(received);
    await deps.uploads.addPart(place, input.UploadId, {
      number,
      size,
      etag: received.md5.toString("hex"),
      modified: deps.clock.now(),
      checksum,
      payload: received.payload,
    });
    return { ETag: `"${received.md5.toString("hex")}"`, ...checksumMembers(checksum) };
  } catch (error) {
    await deps.payloads.discard(received);
    throw error;
  }
};

export const uploadPartCopy: S3Operation<"UploadPartCopy"> = async (input, call, deps) => {
  const bucket = findBucket(deps, call, input).document;
  if (input.SSECustomerAlgorithm !== undefined) throw notImplemented("Encryption with a key of the caller (SSE-C)");
  const place = { bucket: bucket.number, key: input.Key };
  const number = checkNumber(input.PartNumber);
  const upload = deps.uploads.find(place, input.UploadId);
  const source = findSource(deps, call, input);
  const { start, end } = copyRange(input.CopySourceRange, source.object.size);
  const size = end - start + 1;
  if (size > MAX_PART_BYTES)
    throw refusal("EntityTooLarge", `A part may have ${MAX_PART_BYTES} bytes, and this one has ${size}.`);
  const running = upload.checksum && payloadChecksum(upload.checksum.algorithm);
  const content = (async function* () {
    for await (const piece of deps.payloads.read(source.object.pieces, start, end)) {
      running?.update(piece);
      yield piece;
    }
  })();
  const received = await deps.payloads.receive(content, size);
  try {
    const checksum: Checksum | undefined =
      running && upload.checksum
        ? { algorithm: upload.checksum.algorithm, value: await running.digest(), type: "FULL_OBJECT" }
        : undefined;
    const etag = received.md5.toString("hex");
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
      ...(source.bucket.versioning !== "Off" && { CopySourceVersionId: source.object.version }),
    };
  } catch (error) {
    await deps.payloads.discard(received);
    throw error;
  }
};

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
