import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { notImplemented, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";

/** Where the access log of a bucket goes. */
export interface Logging {
  readonly bucket: string;
  readonly prefix: string;
}

export const getBucketLogging: S3Operation<"GetBucketLogging"> = async (input, _call, deps) => {
  const { logging } = findBucket(deps, input).document;
  return logging ? { LoggingEnabled: { TargetBucket: logging.bucket, TargetPrefix: logging.prefix } } : {};
};

export const putBucketLogging: S3Operation<"PutBucketLogging"> = async (input, call, deps) => {
  const given = input.BucketLoggingStatus.LoggingEnabled;
  if (!given) {
    await changeBucket(deps, call, input, ({ logging: _, ...bucket }) => bucket);
    return {};
  }
  if ((given.TargetGrants ?? []).length > 0) throw notImplemented("Granting rights on log objects (TargetGrants)");
  if (given.TargetObjectKeyFormat?.PartitionedPrefix) throw notImplemented("A partitioned prefix of log objects");
  const source = findBucket(deps, input).document;
  const target = deps.buckets.find(given.TargetBucket)?.document;
  if (!target || target.account !== source.account || target.region !== source.region)
    throw refusal(
      "InvalidTargetBucketForLogging",
      "The target bucket for logging does not exist, is not owned by you, or is in another region.",
    );
  const logging: Logging = { bucket: given.TargetBucket, prefix: given.TargetPrefix };
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, logging }));
  return {};
};
