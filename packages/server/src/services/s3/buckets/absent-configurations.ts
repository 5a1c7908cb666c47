import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { findBucket } from "./bucket.ts";

/**
 * What no bucket has here. Infrastructure tools read all of a bucket's configurations, and these answers are S3's own for
 * buckets that have none; putting one is refused as not implemented.
 */

export const getBucketAccelerateConfiguration: S3Operation<"GetBucketAccelerateConfiguration"> = async (
  input,
  _call,
  deps,
) => {
  findBucket(deps, input);
  return {};
};

export const getBucketRequestPayment: S3Operation<"GetBucketRequestPayment"> = async (input, _call, deps) => {
  findBucket(deps, input);
  return { Payer: "BucketOwner" };
};

export const getBucketReplication: S3Operation<"GetBucketReplication"> = async (input, _call, deps) => {
  findBucket(deps, input);
  throw refusal("ReplicationConfigurationNotFoundError", "The replication configuration was not found");
};

export const getBucketWebsite: S3Operation<"GetBucketWebsite"> = async (input, _call, deps) => {
  findBucket(deps, input);
  throw refusal("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
};

export const getObjectLockConfiguration: S3Operation<"GetObjectLockConfiguration"> = async (input, _call, deps) => {
  findBucket(deps, input);
  throw refusal("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket");
};
