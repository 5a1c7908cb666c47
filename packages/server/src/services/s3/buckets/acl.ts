import { findObject } from "../objects/versions.ts";
import type { S3Operation } from "../operation.ts";
import { findBucket } from "./bucket.ts";
import { OWNERSHIP, ownersAcl } from "./ownership.ts";

export const getBucketAcl: S3Operation<"GetBucketAcl"> = async (input, call, deps) =>
  ownersAcl(findBucket(deps, call, input).document.account);

export const getObjectAcl: S3Operation<"GetObjectAcl"> = async (input, call, deps) => {
  const bucket = findBucket(deps, call, input).document;
  findObject(deps.index, { bucket: bucket.number, key: input.Key }, input.VersionId);
  return ownersAcl(bucket.account);
};

export const getBucketOwnershipControls: S3Operation<"GetBucketOwnershipControls"> = async (input, call, deps) => {
  findBucket(deps, call, input);
  return { OwnershipControls: { Rules: [{ ObjectOwnership: OWNERSHIP }] } };
};
