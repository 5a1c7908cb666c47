import { findBucket } from "../buckets/bucket.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { malformed, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { isOwners } from "./acl.ts";

/** Who owns objects, and whether access lists count (S3 user guide, "Controlling ownership of objects"). */
export type Ownership = "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";
const OWNERSHIPS: readonly Ownership[] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

/** What S3 gives new buckets. */
export const DEFAULT_OWNERSHIP: Ownership = "BucketOwnerEnforced";

export function ownershipOf(name: string | undefined): Ownership {
  const found = OWNERSHIPS.find((known) => known === (name ?? DEFAULT_OWNERSHIP));
  if (!found) throw refusal("InvalidArgument", `Invalid value for ObjectOwnership: ${String(name).slice(0, 60)}`);
  return found;
}

export const getBucketOwnershipControls: S3Operation<"GetBucketOwnershipControls"> = async (input, _call, deps) => {
  const { ownership } = findBucket(deps, input).document;
  if (ownership === "none")
    throw refusal("OwnershipControlsNotFoundError", "The bucket ownership controls were not found");
  return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership ?? DEFAULT_OWNERSHIP }] } };
};

export const putBucketOwnershipControls: S3Operation<"PutBucketOwnershipControls"> = async (input, call, deps) => {
  const [rule, ...more] = input.OwnershipControls.Rules ?? [];
  if (!rule || more.length > 0) throw malformed();
  const ownership = ownershipOf(rule.ObjectOwnership);
  await changeBucket(deps, call, input, (bucket) => {
    if (ownership === "BucketOwnerEnforced" && bucket.acl && !isOwners(bucket.acl))
      throw refusal(
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      );
    return { ...bucket, ownership };
  });
  return {};
};

export const deleteBucketOwnershipControls: S3Operation<"DeleteBucketOwnershipControls"> = async (
  input,
  call,
  deps,
) => {
  await changeBucket(deps, call, input, (bucket) => ({ ...bucket, ownership: "none" }));
  return {};
};

/** Without controls, whoever writes an object owns it, as in the time before there were any. */
export const ownershipIn = (ownership: Ownership | "none" | undefined): Ownership =>
  ownership === "none" ? "ObjectWriter" : (ownership ?? DEFAULT_OWNERSHIP);
