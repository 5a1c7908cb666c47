import { PolicyError, parsePolicy, policyErrorText } from "@nephoscope/languages/iam-policy";
import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { isPublicPolicy } from "./public-access.ts";

/** A bucket's policy as it is kept. */
export interface BucketPolicy {
  readonly text: string;
  readonly public: boolean;
}

/** S3 user guide, "Bucket policies". */
const MAX_POLICY_BYTES = 20 * 1024;

const none = () => refusal("NoSuchBucketPolicy", "The bucket policy does not exist");

export const getBucketPolicy: S3Operation<"GetBucketPolicy"> = async (input, _call, deps) => {
  const { policy } = findBucket(deps, input).document;
  if (!policy) throw none();
  return { Policy: policy.text };
};

export const getBucketPolicyStatus: S3Operation<"GetBucketPolicyStatus"> = async (input, _call, deps) => {
  const { policy } = findBucket(deps, input).document;
  if (!policy) throw none();
  return { PolicyStatus: { IsPublic: policy.public } };
};

export const putBucketPolicy: S3Operation<"PutBucketPolicy"> = async (input, call, deps) => {
  const policy = readPolicy(input.Policy, input.Bucket);
  await changeBucket(deps, call, input, (bucket) => {
    if (policy.public && deps.buckets.publicAccess(bucket).blockPublicPolicy)
      throw refusal(
        "AccessDenied",
        "The policy is public, and the public access block of the bucket or of its account does not allow public policies (BlockPublicPolicy).",
      );
    return { ...bucket, policy };
  });
  return {};
};

export const deleteBucketPolicy: S3Operation<"DeleteBucketPolicy"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ policy: _, ...bucket }) => bucket);
  return {};
};

function readPolicy(text: string, bucket: string): BucketPolicy {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES)
    throw refusal("MalformedPolicy", `A bucket policy has at most ${MAX_POLICY_BYTES} bytes.`);
  try {
    const policy = parsePolicy(text, "resource");
    const arn = `arn:aws:s3:::${bucket}`;
    for (const { actions, resources } of policy.statements) {
      if (actions.patterns.some((pattern) => pattern !== "*" && !/^s3:/i.test(pattern)))
        throw refusal("MalformedPolicy", "Policy has invalid action");
      const foreign = resources?.patterns.some(
        (pattern) =>
          pattern !== "*" &&
          pattern !== arn &&
          !pattern.startsWith(`${arn}/`) &&
          !/^arn:aws:s3:::[^/]*\*/.test(pattern),
      );
      if (foreign) throw refusal("MalformedPolicy", "Policy has invalid resource");
    }
    return { text, public: isPublicPolicy(policy) };
  } catch (error) {
    if (error instanceof PolicyError) throw refusal("MalformedPolicy", policyErrorText(error, text));
    throw error;
  }
}
