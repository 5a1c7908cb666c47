import { createHash } from "node:crypto";
import { refusal } from "../failures.ts";

/** Every bucket has the ownership that S3 gives new ones: its owner owns all objects, and access lists have no effect. */
export const OWNERSHIP = "BucketOwnerEnforced";

/** What S3 calls an account in owners and grants: 64 hexadecimal digits. */
export const canonicalId = (account: string): string =>
  createHash("sha256").update(`canonical:${account}`).digest("hex");

/** Refuses an access list other than those that say what is so anyway (S3 user guide, "Controlling ownership of objects"). */
export function checkCannedAcl(acl: string | undefined): void {
  if (acl !== undefined && acl !== "private" && acl !== "bucket-owner-full-control")
    throw refusal("AccessControlListNotSupported", "The bucket does not allow ACLs");
}

/** The access list that every bucket and object has. */
export const ownersAcl = (account: string) => ({
  Owner: { ID: canonicalId(account) },
  Grants: [
    { Grantee: { ID: canonicalId(account), Type: "CanonicalUser" as const }, Permission: "FULL_CONTROL" as const },
  ],
});
