import type { IamCall } from "./operation.ts";

/**
 * Quotas of an account by AWS's names (IAM user guide, "IAM and AWS STS quotas"). Where AWS raises a quota on request, the
 * raised one holds: nobody is there to ask.
 */
export const QUOTAS = {
  AccessKeysPerUser: 2,
  AttachedPoliciesPerGroup: 10,
  AttachedPoliciesPerRole: 20,
  AttachedPoliciesPerUser: 20,
  Groups: 500,
  GroupsPerUser: 10,
  InstanceProfiles: 5_000,
  MFADevicesPerUser: 8,
  OIDCProviders: 100,
  Policies: 5_000,
  PolicySize: 6_144,
  Roles: 5_000,
  ServerCertificates: 20,
  TrustPolicySize: 4_096,
  Users: 5_000,
  VersionsPerPolicy: 5,
  Tags: 50,
  PathLength: 512,
} as const;

/** Characters of all inline policies together, without white space. */
export const INLINE_SIZE = { user: 2_048, group: 5_120, role: 10_240 } as const;

/** Throws when one more than `count` would be more than the quota. */
export function checkQuota(call: IamCall, name: string, quota: number, count: number): void {
  if (count >= quota) throw call.error("LimitExceededException", `Cannot exceed quota for ${name}: ${quota}`);
}
