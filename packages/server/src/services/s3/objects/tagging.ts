import { findBucket } from "../buckets/bucket.ts";
import { causeOfCall } from "../events/events.ts";
import type { EventName } from "../events/notification-rules.ts";
import { refusal } from "../failures.ts";
import type { S3Call, S3Deps, S3Operation } from "../operation.ts";
import { checkTags, tagList } from "./tags.ts";
import { findObject, versionMember } from "./versions.ts";

interface Named {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export const getObjectTagging: S3Operation<"GetObjectTagging"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const object = findObject(deps.index, { bucket: bucket.number, key: input.Key }, input.VersionId);
  return { TagSet: tagList(object.attributes.tags), ...versionMember(bucket, object) };
};

export const putObjectTagging: S3Operation<"PutObjectTagging"> = (input, call, deps) =>
  setTags(deps, call, input, checkTags(input.Tagging.TagSet), "ObjectTagging:Put");

export const deleteObjectTagging: S3Operation<"DeleteObjectTagging"> = (input, call, deps) =>
  setTags(deps, call, input, {}, "ObjectTagging:Delete");

async function setTags(
  deps: S3Deps,
  call: S3Call,
  input: Named,
  tags: Readonly<Record<string, string>>,
  event: EventName,
) {
  const bucket = findBucket(deps, input).document;
  const place = { bucket: bucket.number, key: input.Key };
  findObject(deps.index, place, input.VersionId);
  const changed = await deps.index.change(
    place,
    input.VersionId,
    (object) => ({ ...object, attributes: { ...object.attributes, tags } }),
    (object) => deps.events.note(event, input.Bucket, bucket, object, causeOfCall(call)),
  );
  // It may have gone since it was found.
  if (!changed || changed.marker) throw refusal("NoSuchKey", "The specified key does not exist.");
  return versionMember(bucket, changed);
}
