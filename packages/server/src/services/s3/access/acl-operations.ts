import { type Bucket, findBucket } from "../buckets/bucket.ts";
import type { BucketDirectory } from "../buckets/bucket-directory.ts";
import { changeBucket } from "../buckets/change-bucket.ts";
import { malformed, refusal } from "../failures.ts";
import { findObject } from "../objects/versions.ts";
import type { S3Call, S3Deps, S3Operation } from "../operation.ts";
import { type Acl, canonicalId, GROUPS, isOwners, isPublic, ownersAcl } from "./acl.ts";
import { type AclDocument, type AclInput, aclOfDocument, aclOfHeaders, givesAcl } from "./acl-input.ts";
import { ownershipIn } from "./ownership.ts";

const told = (acl: Acl) => ({
  Owner: { ID: canonicalId(acl.owner) },
  Grants: acl.grants.map(({ grantee, permission }) => ({
    Grantee:
      "id" in grantee
        ? { Type: "CanonicalUser" as const, ID: grantee.id }
        : { Type: "Group" as const, URI: GROUPS[grantee.group] },
    Permission: permission,
  })),
});

export const bucketAcl = (bucket: Bucket): Acl => bucket.acl ?? ownersAcl(bucket.account);
export const objectAcl = (bucket: Bucket, object: { readonly acl?: Acl | undefined }): Acl =>
  object.acl ?? ownersAcl(bucket.account);

export const getBucketAcl: S3Operation<"GetBucketAcl"> = async (input, _call, deps) =>
  told(bucketAcl(findBucket(deps, input).document));

export const getObjectAcl: S3Operation<"GetObjectAcl"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const object = findObject(deps.index, { bucket: bucket.number, key: input.Key }, input.VersionId);
  return told(objectAcl(bucket, object));
};

/** The list that a call puts; undefined where lists do not count and the call's says what is so anyway. */
function given(
  { buckets }: Pick<S3Deps, "buckets">,
  bucket: Bucket,
  input: AclInput & { readonly AccessControlPolicy?: AclDocument | undefined },
  owner: string,
): Acl | undefined {
  const document = input.AccessControlPolicy;
  if (document !== undefined && givesAcl(input))
    throw refusal("UnexpectedContent", "This request does not support content");
  const acl = document ? aclOfDocument(document, owner) : aclOfHeaders(input, owner, bucket.account);
  if (!acl) throw refusal("MissingSecurityHeader", "Your request was missing a required header");
  return allowed(buckets, bucket, acl);
}

/** Refuses lists that the bucket's ownership, its public access block or that of its account forbids. */
function allowed(buckets: BucketDirectory, bucket: Bucket, acl: Acl): Acl | undefined {
  if (ownershipIn(bucket.ownership) === "BucketOwnerEnforced") {
    if (isOwners(acl)) return undefined;
    throw refusal("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (isPublic(acl) && buckets.publicAccess(bucket).blockPublicAcls)
    throw refusal(
      "AccessDenied",
      "The access list is public, and the public access block of the bucket or of its account does not allow public access lists (BlockPublicAcls).",
    );
  return acl;
}

export const putBucketAcl: S3Operation<"PutBucketAcl"> = async (input, call, deps) => {
  await changeBucket(deps, call, input, (bucket) => {
    const acl = given(deps, bucket, input, bucket.account);
    return acl ? { ...bucket, acl } : bucket;
  });
  return {};
};

export const putObjectAcl: S3Operation<"PutObjectAcl"> = async (input, _call, deps) => {
  const bucket = findBucket(deps, input).document;
  const place = { bucket: bucket.number, key: input.Key };
  findObject(deps.index, place, input.VersionId);
  const changed = await deps.index.change(place, input.VersionId, (object) => {
    const acl = given(deps, bucket, input, objectAcl(bucket, object).owner);
    return acl ? { ...object, acl } : object;
  });
  if (!changed || changed.marker) throw refusal("NoSuchKey", "The specified key does not exist.");
  return {};
};

/** The list of an object that a call makes; undefined where it is just its bucket's owner's. */
export function newObjectAcl(
  { buckets }: Pick<S3Deps, "buckets">,
  bucket: Bucket,
  call: S3Call,
  input: AclInput,
): Acl | undefined {
  const ownership = ownershipIn(bucket.ownership);
  const theirs =
    ownership === "ObjectWriter" || (ownership === "BucketOwnerPreferred" && input.ACL !== "bucket-owner-full-control");
  // What comes without a signature is the bucket owner's: nobody else could ever be told from anybody.
  const owner = theirs && call.account !== "" ? call.account : bucket.account;
  const acl = aclOfHeaders(input, owner, bucket.account);
  if (acl) return allowed(buckets, bucket, acl);
  return owner === bucket.account ? undefined : ownersAcl(owner);
}

/** The list of a bucket that a call makes. */
export function newBucketAcl({ buckets }: Pick<S3Deps, "buckets">, bucket: Bucket, input: AclInput): Acl | undefined {
  if (input.ACL !== undefined && (input.ACL.startsWith("bucket-owner-") || input.ACL === "aws-exec-read"))
    throw malformed();
  const acl = aclOfHeaders(input, bucket.account, bucket.account);
  return acl && allowed(buckets, bucket, acl);
}
