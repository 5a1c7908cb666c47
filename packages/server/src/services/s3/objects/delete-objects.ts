import { WireFailure } from "@nephoscope/wire";
import { type Bucket, findBucket } from "../buckets/bucket.ts";
import { causeOfCall } from "../events/events.ts";
import { refusal } from "../failures.ts";
import type { S3Call, S3Deps, S3Operation } from "../operation.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { writeCheck } from "./conditions.ts";
import { versionMember } from "./versions.ts";

/** S3 API reference, DeleteObjects. */
const MAX_KEYS = 1_000;

interface Deletion {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  /** An ETag that the object must have. */
  readonly IfMatch?: string | undefined;
}

/** Deletes one object as DeleteObject tells it. Deleting what is not there is no error. */
async function deleteOne(
  deps: S3Deps,
  call: S3Call,
  name: string,
  bucket: Bucket,
  { Key, VersionId, IfMatch }: Deletion,
): Promise<{ VersionId?: string; DeleteMarker?: boolean }> {
  const place = { bucket: bucket.number, key: Key };
  const note = (object: StoredObject) =>
    deps.events.note(
      VersionId === undefined && object.marker ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectRemoved:Delete",
      name,
      bucket,
      object,
      causeOfCall(call),
    );
  if (VersionId !== undefined) {
    const removed = await deps.index.removeVersion(place, VersionId, note);
    return { VersionId, ...(removed?.marker && { DeleteMarker: true }) };
  }
  const marker = await deps.index.remove(place, bucket.versioning, deps.clock.now(), writeCheck({ IfMatch }), note);
  return marker ? { DeleteMarker: true, ...versionMember(bucket, marker) } : {};
}

export const deleteObject: S3Operation<"DeleteObject"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  if (input.MFA !== undefined) throw refusal("NotImplemented", "MFA delete is not implemented by Nephoscope.");
  const done = await deleteOne(deps, call, input.Bucket, bucket, input);
  collectLater(deps);
  return done;
};

export const deleteObjects: S3Operation<"DeleteObjects"> = async (input, call, deps) => {
  const bucket = findBucket(deps, input).document;
  const { Objects, Quiet } = input.Delete;
  if (Objects.length === 0 || Objects.length > MAX_KEYS)
    throw refusal(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  const answers = await Promise.all(
    Objects.map(async ({ Key, VersionId, ETag }) => {
      const named = { Key, ...(VersionId !== undefined && { VersionId }) };
      try {
        deps.guard.require(call, {
          action: VersionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
          resource: `arn:aws:s3:::${input.Bucket}/${Key}`,
          keys: { "s3:versionid": VersionId },
        });
        const done = await deleteOne(deps, call, input.Bucket, bucket, { Key, VersionId, IfMatch: ETag });
        return {
          deleted: {
            ...named,
            ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
          },
        };
      } catch (error) {
        if (!(error instanceof WireFailure)) throw error;
        return { error: { ...named, Code: error.code, Message: error.message } };
      }
    }),
  );
  collectLater(deps);
  return {
    Deleted: Quiet ? [] : answers.flatMap(({ deleted }) => (deleted ? [deleted] : [])),
    Errors: answers.flatMap(({ error }) => (error ? [error] : [])),
  };
};

/** Room is given back soon; what fails now is found again by the job. */
export function collectLater({ payloads, log }: Pick<S3Deps, "payloads" | "log">): void {
  payloads.collect().catch((error: unknown) => log("warn", "blobs of deleted objects could not be removed", { error }));
}
