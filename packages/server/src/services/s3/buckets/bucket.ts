import type { Resource, ResourceRef } from "../../../platform/state/state.ts";
import type { Acl } from "../access/acl.ts";
import type { Ownership } from "../access/ownership.ts";
import type { BucketPolicy } from "../access/policy-operations.ts";
import type { PublicAccessBlock } from "../access/public-access.ts";
import type { CorsRule } from "../cors/cors-rules.ts";
import type { BucketEncryption } from "../encryption/bucket-encryption.ts";
import type { NotificationRule } from "../events/notification-rules.ts";
import { refusal } from "../failures.ts";
import type { LifecycleRule } from "../lifecycle/lifecycle-rules.ts";
import type { Logging } from "../logging/logging-operations.ts";
import type { Versioning } from "../store/stored-object.ts";
import type { BucketDirectory } from "./bucket-directory.ts";

/** A bucket as it is kept. */
export interface Bucket {
  /** Never given twice: what the index knows the bucket by. */
  readonly number: number;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  readonly versioning: Versioning;
  readonly tags?: Readonly<Record<string, string>>;
  /** SSE-S3 where absent, as S3 has it for every bucket. */
  readonly encryption?: BucketEncryption;
  /** `BucketOwnerEnforced` where absent; `none` where the controls were deleted. */
  readonly ownership?: Ownership | "none";
  /** Its owner's alone where absent. */
  readonly acl?: Acl;
  readonly policy?: BucketPolicy;
  readonly publicAccess?: PublicAccessBlock;
  readonly cors?: readonly CorsRule[];
  readonly lifecycle?: readonly LifecycleRule[];
  readonly logging?: Logging;
  readonly notifications?: readonly NotificationRule[];
}

export const BUCKET_KIND = "s3.bucket";

/** Names of buckets are unique over all accounts and regions. */
export const bucketRef = (name: string): ResourceRef => ({ kind: BUCKET_KIND, account: "", region: "", key: name });

/** The bucket that a call names. Throws when there is none, and when it is not of the account that the caller expects. */
export function findBucket(
  { buckets }: { readonly buckets: BucketDirectory },
  input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
): Resource<Bucket> {
  const found = buckets.find(input.Bucket);
  if (found === undefined) throw refusal("NoSuchBucket", "The specified bucket does not exist");
  const { account } = found.document;
  if ((input.ExpectedBucketOwner ?? account) !== account) throw refusal("AccessDenied", "Access Denied");
  return found;
}

/** S3 user guide, "General purpose bucket naming rules". */
export function checkBucketName(name: string): void {
  const good =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    !/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!good) throw refusal("InvalidBucketName", `The specified bucket is not valid: ${name.slice(0, 80)}`);
}
