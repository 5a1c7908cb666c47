import { VersionConflict } from "../../../platform/state/state.ts";
import { newBucketAcl } from "../access/acl-operations.ts";
import { ownershipOf } from "../access/ownership.ts";
import { ALL_BLOCKED } from "../access/public-access.ts";
import { notImplemented, refusal } from "../failures.ts";
import type { S3Operation } from "../operation.ts";
import { BUCKET_KIND, type Bucket, bucketRef, checkBucketName, findBucket } from "./bucket.ts";
import { causeOf } from "./change-bucket.ts";

/** Amazon S3 quotas: general purpose buckets of an account. */
const MAX_BUCKETS = 10_000;

export const createBucket: S3Operation<"CreateBucket"> = async (input, call, { state, buckets, clock }) => {
  checkBucketName(input.Bucket);
  if (input.ObjectLockEnabledForBucket) throw notImplemented("Object Lock");
  const ownership = ownershipOf(input.ObjectOwnership);
  const { Location, Bucket: kind, LocationConstraint } = input.CreateBucketConfiguration ?? {};
  if (Location || kind) throw notImplemented("A directory bucket");
  const region =
    LocationConstraint === undefined ? call.region : LocationConstraint === "EU" ? "eu-west-1" : LocationConstraint;
  if (region !== call.region && call.region !== "us-east-1")
    throw refusal(
      "IllegalLocationConstraintException",
      `The ${region} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  const ref = bucketRef(input.Bucket);
  const own = state
    .list<Bucket>({ kind: BUCKET_KIND, account: "", region: "" })
    .filter(({ document }) => document.account === call.account);
  if (own.length >= MAX_BUCKETS)
    throw refusal("TooManyBuckets", "You have attempted to create more buckets than allowed");
  const bare: Bucket = {
    number: state.allocate("s3.bucket"),
    account: call.account,
    region,
    createdAt: clock.now(),
    versioning: "Off",
    ownership,
    publicAccess: ALL_BLOCKED,
  };
  const acl = newBucketAcl({ buckets }, bare, input);
  const document: Bucket = acl ? { ...bare, acl } : bare;
  try {
    await state.commit({ cause: causeOf(call), changes: [{ put: ref, document, expect: "absent" }] });
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
    const other = state.get<Bucket>(ref)?.document;
    if (other?.account !== call.account)
      throw refusal(
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
      );
    // S3 answers so everywhere but in its oldest region, where making one's own bucket again succeeds.
    if (call.region !== "us-east-1" || other.region !== region)
      throw refusal(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
  }
  return { Location: `/${input.Bucket}` };
};

export const headBucket: S3Operation<"HeadBucket"> = async (input, _call, deps) => ({
  BucketRegion: findBucket(deps, input).document.region,
  BucketArn: `arn:aws:s3:::${input.Bucket}`,
  AccessPointAlias: false,
});

export const getBucketLocation: S3Operation<"GetBucketLocation"> = async (input, _call, deps) => {
  const { region } = findBucket(deps, input).document;
  // The oldest region has no name here (GetBucketLocation, "LocationConstraint").
  return region === "us-east-1" ? {} : { LocationConstraint: region as "eu-west-1" };
};

export const deleteBucket: S3Operation<"DeleteBucket"> = async (input, call, deps) => {
  const { ref, document, version } = findBucket(deps, input);
  if (!deps.index.isEmpty(document.number) || !deps.uploads.isEmpty(document.number))
    throw refusal("BucketNotEmpty", "The bucket you tried to delete is not empty");
  await deps.state.commit({ cause: causeOf(call), changes: [{ remove: ref, expect: version }] });
  return {};
};
