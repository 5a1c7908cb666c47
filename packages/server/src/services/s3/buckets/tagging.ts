import { refusal } from "../failures.ts";
import { checkTags, MAX_BUCKET_TAGS, tagList } from "../objects/tags.ts";
import type { S3Operation } from "../operation.ts";
import { findBucket } from "./bucket.ts";
import { changeBucket } from "./change-bucket.ts";

export const getBucketTagging: S3Operation<"GetBucketTagging"> = async (input, _call, deps) => {
  const { tags } = findBucket(deps, input).document;
  if (tags === undefined) throw refusal("NoSuchTagSet", "The TagSet does not exist");
  return { TagSet: tagList(tags) };
};

export const putBucketTagging: S3Operation<"PutBucketTagging"> = async (input, call, deps) => {
  const tags = checkTags(input.Tagging.TagSet, MAX_BUCKET_TAGS);
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, tags }));
  return {};
};

export const deleteBucketTagging: S3Operation<"DeleteBucketTagging"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ tags: _, ...bucket }) => bucket);
  return {};
};
