import { groupArn, roleArn, userArn } from "../../../platform/identity/arns.ts";
import type { Directory } from "../../../platform/identity/directory.ts";
import type { PolicyHolder } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireGroup, requireOwnRole, requireRole, requireUser } from "../find.ts";
import type { IamCall, IamDeps } from "../operation.ts";
import { INLINE_SIZE, QUOTAS } from "../quotas.ts";

/** What users, groups and roles have in common as holders of policies, and how IAM speaks of each. */
export interface Holders {
  readonly kind: "user" | "group" | "role";
  readonly label: "User" | "Group" | "Role";
  readonly inlineSize: number;
  readonly attachedQuota: number;
  /** Throws NoSuchEntity. */
  read(deps: IamDeps, call: IamCall, name: string): Resource<PolicyHolder>;
  /** Throws also for service-linked roles. */
  forChange(deps: IamDeps, call: IamCall, name: string): Resource<PolicyHolder>;
  list(directory: Directory, account: string): readonly Resource<PolicyHolder>[];
  arn(account: string, holder: PolicyHolder): string;
}

export const USERS: Holders = {
  kind: "user",
  label: "User",
  inlineSize: INLINE_SIZE.user,
  attachedQuota: QUOTAS.AttachedPoliciesPerUser,
  read: requireUser,
  forChange: requireUser,
  list: ({ users }, account) => users.list(account),
  arn: userArn,
};

export const GROUPS: Holders = {
  kind: "group",
  label: "Group",
  inlineSize: INLINE_SIZE.group,
  attachedQuota: QUOTAS.AttachedPoliciesPerGroup,
  read: requireGroup,
  forChange: requireGroup,
  list: ({ groups }, account) => groups.list(account),
  arn: groupArn,
};

export const ROLES: Holders = {
  kind: "role",
  label: "Role",
  inlineSize: INLINE_SIZE.role,
  attachedQuota: QUOTAS.AttachedPoliciesPerRole,
  read: requireRole,
  forChange: requireOwnRole,
  list: ({ roles }, account) => roles.list(account),
  arn: roleArn,
};

export const ALL_HOLDERS: readonly Holders[] = [USERS, GROUPS, ROLES];
