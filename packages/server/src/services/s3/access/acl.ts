import { createHash } from "node:crypto";

/** An access list as it is kept. */
export interface Acl {
  /** The account that owns the bucket or object. */
  readonly owner: string;
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly grantee: Grantee;
  readonly permission: Permission;
}

/** An account by its canonical id, or a group. */
export type Grantee = { readonly id: string } | { readonly group: Group };
export type Group = "AllUsers" | "AuthenticatedUsers" | "LogDelivery";
export const PERMISSIONS = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const GROUPS: Readonly<Record<Group, string>> = {
  AllUsers: "http://acs.amazonaws.com/groups/global/AllUsers",
  AuthenticatedUsers: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
  LogDelivery: "http://acs.amazonaws.com/groups/s3/LogDelivery",
};

export const groupOf = (uri: string): Group | undefined =>
  (Object.keys(GROUPS) as Group[]).find((group) => GROUPS[group] === uri);

/** What S3 calls an account in owners and grants: 64 hexadecimal digits. */
export const canonicalId = (account: string): string =>
  createHash("sha256").update(`canonical:${account}`).digest("hex");

export const ownersAcl = (account: string): Acl => ({
  owner: account,
  grants: [{ grantee: { id: canonicalId(account) }, permission: "FULL_CONTROL" }],
});

/** Whether an access list is no more than what every owner has. */
export const isOwners = ({ owner, grants }: Acl): boolean =>
  grants.length === 1 &&
  grants.every(
    ({ grantee, permission }) => permission === "FULL_CONTROL" && "id" in grantee && grantee.id === canonicalId(owner),
  );

/** Whether it lets in people whom nobody knows (S3 user guide, "The meaning of public"). */
export const isPublic = ({ grants }: Acl): boolean => grants.some(({ grantee }) => isPublicGroup(grantee));

const isPublicGroup = (grantee: Grantee): boolean =>
  "group" in grantee && (grantee.group === "AllUsers" || grantee.group === "AuthenticatedUsers");

/** Whom a grant lets in: everybody, or accounts. */
export type AclAnswer = "everybody" | "account" | undefined;

/**
 * Whether an access list gives a permission to a caller. `account`: undefined for unsigned calls. `ignorePublic`: as a public
 * access block says.
 */
export function aclGives(
  acl: Acl,
  permission: Permission,
  account: string | undefined,
  ignorePublic: boolean,
): AclAnswer {
  let answer: AclAnswer;
  for (const { grantee, permission: given } of acl.grants) {
    if (given !== permission && given !== "FULL_CONTROL") continue;
    if (ignorePublic && isPublicGroup(grantee)) continue;
    if ("group" in grantee) {
      if (grantee.group === "AllUsers") return "everybody";
      if (grantee.group === "AuthenticatedUsers" && account !== undefined) answer = "account";
    } else if (account !== undefined && grantee.id === canonicalId(account)) answer = "account";
  }
  return answer;
}
