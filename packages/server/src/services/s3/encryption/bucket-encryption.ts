import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { malformed, notImplemented, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";

/** How objects of a bucket are encrypted whose calls don't say. */
export interface BucketEncryption {
  readonly algorithm: "AES256" | "aws:kms";
  /** As it was given; `alias/aws/s3` where absent. */
  readonly keyId?: string | undefined;
  readonly bucketKey: boolean;
  /** Whether objects with a key of the caller (SSE-C) are refused. */
  readonly blocksCustomerKeys: boolean;
}

const DEFAULT: BucketEncryption = { algorithm: "AES256", bucketKey: false, blocksCustomerKeys: false };

export const getBucketEncryption: S3Operation<"GetBucketEncryption"> = async (input, _call, deps) => {
  const { algorithm, keyId, bucketKey, blocksCustomerKeys } = findBucket(deps, input).document.encryption ?? DEFAULT;
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
          BucketKeyEnabled: bucketKey,
          ...(blocksCustomerKeys && { BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] } }),
        },
      ],
    },
  };
};

export const putBucketEncryption: S3Operation<"PutBucketEncryption"> = async (input, call, deps) => {
  const [rule, ...more] = input.ServerSideEncryptionConfiguration.Rules ?? [];
  if (!rule || more.length > 0) throw malformed();
  const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: keyId } = rule.ApplyServerSideEncryptionByDefault ?? {};
  if (algorithm === "aws:kms:dsse") throw notImplemented("The encryption aws:kms:dsse");
  if (algorithm !== "AES256" && algorithm !== "aws:kms") throw malformed();
  if (algorithm === "AES256" && keyId !== undefined)
    throw refusal(
      "InvalidArgument",
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    );
  const encryption: BucketEncryption = {
    algorithm,
    keyId,
    bucketKey: rule.BucketKeyEnabled ?? false,
    blocksCustomerKeys: rule.BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C") ?? false,
  };
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, encryption }));
  return {};
};

/** Back to SSE-S3, as S3 does it: no bucket is without. */
export const deleteBucketEncryption: S3Operation<"DeleteBucketEncryption"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, ({ encryption: _, ...bucket }) => bucket);
  return {};
};
