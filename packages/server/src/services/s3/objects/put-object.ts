import { Readable } from "node:stream";
import { StreamedBody } from "@nephoscope/wire";
import { newObjectAcl } from "../access/acl-operations.ts";
import { findBucket } from "../buckets/bucket.ts";
import { encryptionMembers } from "../encryption/object-encryption.ts";
import { causeOfCall } from "../events/events.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { attributesOf, checkObjectHeaders } from "./attributes.ts";
import { checkMd5, checksumMembers, receivedChecksum } from "./checksums.ts";
import { writeCheck } from "./conditions.ts";
import { collectLater } from "./delete-objects.ts";
import { entityTag } from "./entity-tag.ts";
import { checkKey } from "./key.ts";
import { versionMember } from "./versions.ts";

/** The length of a payload, which S3 must know before it comes. */
export function payloadLength(body: Readable | undefined, contentLength: number | undefined): number {
  const length = body instanceof StreamedBody ? body.declaredLength : contentLength;
  if (length === undefined) throw refusal("MissingContentLength", "You must provide the Content-Length HTTP header.");
  return length;
}

export const putObject: S3Operation<"PutObject"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { index, payloads, clock } = deps;
  const place = { bucket: bucket.number, key: checkKey(input.Key) };
  checkObjectHeaders(input);
  if (input.WriteOffsetBytes !== undefined)
    throw refusal("NotImplemented", "Appending to objects is not implemented by Nephoscope.");
  const attributes = attributesOf(input);
  const acl = newObjectAcl(deps, bucket, call, input);
  // Told before the payload is sent; what counts is the check at the write.
  const check = writeCheck(input);
  check?.(index.latest(place));
  const size = payloadLength(input.Body, input.ContentLength);
  const name = { bucket: input.Bucket, key: input.Key };
  const { key, encryption } = await deps.objectKeys.make(call, bucket, name, input);
  const received = await payloads.receive(input.Body ?? Readable.from([]), size, key);
  try {
    checkMd5(input.ContentMD5, received.md5);
    const checksum = receivedChecksum(received);
    const stored = await index.put(
      place,
      bucket.versioning,
      {
        size,
        etag: entityTag(received.md5, encryption),
        modified: clock.now(),
        attributes,
        checksum,
        multipart: false,
        encryption,
        acl,
        payload: received.payload,
      },
      check,
      (made) => deps.events.note("ObjectCreated:Put", input.Bucket, bucket, made, causeOfCall(call)),
    );
    collectLater(deps);
    return {
      ETag: `"${stored.etag}"`,
      ...checksumMembers(checksum),
      ...(checksum && { ChecksumType: checksum.type }),
      ...encryptionMembers(encryption),
      ...versionMember(bucket, stored),
    };
  } catch (error) {
    await payloads.discard(received);
    throw error;
  }
};
