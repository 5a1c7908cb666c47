import { findBucket } from "../buckets/bucket.ts";
import { encryptionMembers } from "../encryption/object-encryption.ts";
import { refusal } from "../failures.ts";
import type { S3Call, S3Deps, S3Input, S3Operation } from "../operation.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { DEFAULT_CONTENT_TYPE } from "./attributes.ts";
import { checksumMembers } from "./checksums.ts";
import { checkRead } from "./conditions.ts";
import { checkHeaderValues } from "./header-text.ts";
import { type ByteRange, rangeOf } from "./range.ts";
import { findObject, versionMember } from "./versions.ts";

/** What GetObject and HeadObject answer with in common, and what of the object it is about. */
async function describe(deps: S3Deps, call: S3Call, input: S3Input<"GetObject"> | S3Input<"HeadObject">) {
  checkChosenHeaders(input, call);
  const bucket = findBucket(deps, input).document;
  const object = findObject(deps.index, { bucket: bucket.number, key: input.Key }, input.VersionId);
  const name = { bucket: input.Bucket, key: input.Key };
  const key = await deps.objectKeys.open(call, bucket, name, object.encryption, input);
  checkRead(object, input);
  const range = partRange(object, input.PartNumber) ?? rangeOf(input.Range, object.size);
  const { attributes, checksum } = object;
  const tags = Object.keys(attributes.tags).length;
  // A checksum of the whole proves nothing of a part.
  const proven = input.ChecksumMode === "ENABLED" && range === undefined ? checksum : undefined;
  const answer = {
    AcceptRanges: "bytes",
    LastModified: new Date(object.modified),
    ContentLength: range === undefined ? object.size : range.end - range.start + 1,
    ETag: `"${object.etag}"`,
    ...checksumMembers(proven),
    ...(proven && { ChecksumType: proven.type }),
    ...versionMember(bucket, object),
    CacheControl: input.ResponseCacheControl ?? attributes.cacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? attributes.contentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? attributes.contentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? attributes.contentLanguage,
    ContentType: input.ResponseContentType ?? attributes.contentType ?? DEFAULT_CONTENT_TYPE,
    ExpiresString: input.ResponseExpires?.toUTCString() ?? attributes.expires,
    ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${object.size}` }),
    ...(input.PartNumber !== undefined && object.multipart && { PartsCount: object.pieces.length }),
    WebsiteRedirectLocation: attributes.websiteRedirectLocation,
    ...encryptionMembers(object.encryption),
    Metadata: { ...attributes.metadata },
    ...(tags > 0 && { TagCount: tags }),
  };
  return { object, range, key, answer };
}

/** Headers of the answer that a call may choose (API reference, GetObject, "Overriding response header values through the request"). */
function checkChosenHeaders(input: S3Input<"GetObject"> | S3Input<"HeadObject">, call: S3Call): void {
  const chosen = [
    input.ResponseCacheControl,
    input.ResponseContentDisposition,
    input.ResponseContentEncoding,
    input.ResponseContentLanguage,
    input.ResponseContentType,
    input.ResponseExpires?.toUTCString(),
  ].filter((value) => value !== undefined);
  if (chosen.length > 0 && call.account === "")
    throw refusal("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.");
  checkHeaderValues(chosen);
}

/** The bytes of one part, where a call asks for a part in place of a range. */
function partRange(object: StoredObject, part: number | undefined): ByteRange | undefined {
  if (part === undefined) return undefined;
  const pieces = object.multipart ? object.pieces : [{ size: object.size }];
  const piece = pieces[part - 1];
  if (!piece) {
    if (part < 1 || part > 10_000)
      throw refusal("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    throw refusal("InvalidRange", "The requested partnumber is not satisfiable");
  }
  if (object.size === 0) return undefined;
  const start = pieces.slice(0, part - 1).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + piece.size - 1 };
}

export const getObject: S3Operation<"GetObject"> = async (input, call, deps) => {
  const { object, range, key, answer } = await describe(deps, call, input);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  if (object.size === 0) return { ...answer, Body: Buffer.alloc(0) };
  return { ...answer, Body: await begun(deps.payloads.read(object.pieces, start, end, key)) };
};

/** Waits for the first piece, so that a store that fails is told of in the answer's head and not by half an answer. */
async function begun(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const reader = bytes[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await reader.next();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const given = first;
        first = undefined;
        return given ?? reader.next();
      },
      async return() {
        await reader.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

export const headObject: S3Operation<"HeadObject"> = async (input, call, deps) =>
  (await describe(deps, call, input)).answer;
