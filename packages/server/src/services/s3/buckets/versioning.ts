import { notImplemented, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { findBucket } from "./bucket.ts";
import { changeBucket } from "./change-bucket.ts";

export const getBucketVersioning: S3Operation<"GetBucketVersioning"> = async (input, _call, deps) => {
  const { versioning } = findBucket(deps, input).document;
  return versioning === "Off" ? {} : { Status: versioning };
};

export const putBucketVersioning: S3Operation<"PutBucketVersioning"> = async (input, call, deps) => {
  const { Status, MFADelete } = input.VersioningConfiguration;
  if (MFADelete === "Enabled") throw notImplemented("MFA delete");
  if (Status !== "Enabled" && Status !== "Suspended")
    throw refusal(
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    );
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, versioning: Status }));
  return {};
};
