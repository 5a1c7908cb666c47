import { payloadChecksum } from "@nephoscope/wire";
import { newObjectAcl } from "../access/acl-operations.ts";
import { findBucket } from "../buckets/bucket.ts";
import { encryptionMembers } from "../encryption/object-encryption.ts";
import { causeOfCall } from "../events/events.ts";
import { refusal } from "../failures.ts";
import type { S3Call, S3Deps, S3Operation } from "../operation.ts";
import type { Checksum, StoredObject } from "../store/stored-object.ts";
import { attributesOf, checkObjectHeaders } from "./attributes.ts";
import { checksumAlgorithm, checksumMembers } from "./checksums.ts";
import { checkRead, writeCheck } from "./conditions.ts";
import { collectLater } from "./delete-objects.ts";
import { entityTag } from "./entity-tag.ts";
import { checkKey } from "./key.ts";
import { tagsFromHeader } from "./tags.ts";
import { findObject, versionMember } from "./versions.ts";

/** S3 API reference, CopyObject: what is larger is copied in parts. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

interface SourceConditions {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** What `x-amz-copy-source` names; undefined for what names no object. */
export function readCopySource(
  text: string,
): { readonly bucket: string; readonly key: string; readonly version: string | undefined } | undefined {
  const [path = "", query = ""] = text.split(/\?(?=versionId=)/);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path)) ?? [];
  if (bucket === undefined || key === undefined) return undefined;
  return { bucket, key, version: new URLSearchParams(query).get("versionId") ?? undefined };
}

/** The object that a copy takes: `bucket/key?versionId=…`, in which the key is written as in a URL. */
export function findSource(deps: S3Deps, input: SourceConditions) {
  const source = readCopySource(input.CopySource);
  if (source === undefined)
    throw refusal("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  const { bucket: name, key, version } = source;
  const bucket = findBucket(deps, {
    Bucket: name,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  }).document;
  const object = findObject(deps.index, { bucket: bucket.number, key }, version);
  try {
    checkRead(object, {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    });
  } catch {
    // A copy is a write, so a source that has not changed fails it too.
    throw refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  }
  return { bucket, object, key, name };
}

/** The source's key, for which the caller needs the right to decrypt. */
export const openSource = (
  deps: S3Deps,
  call: S3Call,
  { bucket, object, key, name }: ReturnType<typeof findSource>,
  input: {
    readonly CopySourceSSECustomerAlgorithm?: string | undefined;
    readonly CopySourceSSECustomerKey?: string | undefined;
    readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  },
): Promise<Buffer | undefined> =>
  deps.objectKeys.open(call, bucket, { bucket: name, key }, object.encryption, {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw refusal("InvalidArgument", "The copy source must be URL-encoded.");
  }
}

export const copyObject: S3Operation<"CopyObject"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { index, payloads, clock } = deps;
  const place = { bucket: bucket.number, key: checkKey(input.Key) };
  checkObjectHeaders(input);
  const source = findSource(deps, input);
  if (source.object.size > MAX_COPY_BYTES)
    throw refusal(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
    );
  const replaces = input.MetadataDirective === "REPLACE";
  if (
    source.name === input.Bucket &&
    source.key === input.Key &&
    !replaces &&
    source.object.latest &&
    input.TaggingDirective !== "REPLACE" &&
    input.ServerSideEncryption === undefined &&
    input.SSECustomerAlgorithm === undefined
  )
    throw refusal(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const from = source.object.attributes;
  const tags = input.TaggingDirective === "REPLACE" ? tagsFromHeader(input.Tagging) : from.tags;
  const attributes = { ...(replaces ? attributesOf(input) : from), tags };
  const sourceKey = await openSource(deps, call, source, input);
  const { key, encryption } = await deps.objectKeys.make(call, bucket, { bucket: input.Bucket, key: input.Key }, input);
  const { content, sum } = summed(
    payloads.read(source.object.pieces, 0, source.object.size - 1, sourceKey),
    input.ChecksumAlgorithm,
  );
  const received = await payloads.receive(content, source.object.size, key);
  try {
    const checksum = (await sum()) ?? wholeChecksum(source.object);
    const stored = await index.put(
      place,
      bucket.versioning,
      {
        size: received.size,
        etag: entityTag(received.md5, encryption),
        modified: clock.now(),
        attributes,
        checksum,
        multipart: false,
        encryption,
        acl: newObjectAcl(deps, bucket, call, input),
        payload: received.payload,
      },
      writeCheck(input),
      (made) => deps.events.note("ObjectCreated:Copy", input.Bucket, bucket, made, causeOfCall(call)),
    );
    collectLater(deps);
    return {
      CopyObjectResult: {
        ETag: `"${stored.etag}"`,
        LastModified: new Date(stored.modified),
        ...checksumMembers(checksum),
        ...(checksum && { ChecksumType: checksum.type }),
      },
      ...encryptionMembers(encryption),
      ...versionMember(bucket, stored),
      ...(source.bucket.versioning !== "Off" && { CopySourceVersionId: source.object.version }),
    };
  } catch (error) {
    await payloads.discard(received);
    throw error;
  }
};

const wholeChecksum = ({ checksum }: StoredObject): Checksum | undefined =>
  checksum?.type === "FULL_OBJECT" ? checksum : undefined;

/** Computes the checksum that a copy is to have, if it names an algorithm, while the content passes. */
function summed(content: AsyncIterable<Uint8Array>, name: string | undefined) {
  const algorithm = checksumAlgorithm(name);
  const running = algorithm === undefined ? undefined : payloadChecksum(algorithm);
  return {
    content: (async function* () {
      for await (const piece of content) {
        running?.update(piece);
        yield piece;
      }
    })(),
    sum: async (): Promise<Checksum | undefined> =>
      running && algorithm !== undefined
        ? { algorithm, value: await running.digest(), type: "FULL_OBJECT" }
        : undefined,
  };
}
