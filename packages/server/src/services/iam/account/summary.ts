import type { SummaryKeyType } from "@aws-sdk/client-iam";
import type { IamOperation } from "../operation.ts";
import { usesOf } from "../policies/find-policy.ts";
import { INLINE_SIZE, QUOTAS } from "../quotas.ts";
import { keysOf } from "../users/users.ts";

/** Counts and quotas under AWS's names (IAM API, GetAccountSummary). */
export const getAccountSummary: IamOperation<"GetAccountSummary"> = async (_input, call, deps) => {
  const { directory, awsManaged } = deps.identity;
  const { account } = call;
  const policies = directory.policies.list(account);
  const devices = directory.mfaDevices.list(account);
  const uses = usesOf(directory, account);
  const versions = policies.reduce((sum, { document }) => sum + document.versions.length, 0);
  const inUse = devices.filter(({ document }) => document.user !== undefined);
  const summary: Partial<Record<SummaryKeyType, number>> = {
    AccessKeysPerUserQuota: QUOTAS.AccessKeysPerUser,
    AccountAccessKeysPresent: keysOf(directory, account).length > 0 ? 1 : 0,
    AccountMFAEnabled: deps.factor.devicesOf(account, account).length > 0 ? 1 : 0,
    AccountSigningCertificatesPresent: 0,
    AssumeRolePolicySizeQuota: QUOTAS.TrustPolicySize,
    AttachedPoliciesPerGroupQuota: QUOTAS.AttachedPoliciesPerGroup,
    AttachedPoliciesPerRoleQuota: QUOTAS.AttachedPoliciesPerRole,
    AttachedPoliciesPerUserQuota: QUOTAS.AttachedPoliciesPerUser,
    GlobalEndpointTokenVersion: 1,
    GroupPolicySizeQuota: INLINE_SIZE.group,
    Groups: directory.groups.list(account).length,
    GroupsPerUserQuota: QUOTAS.GroupsPerUser,
    GroupsQuota: QUOTAS.Groups,
    InstanceProfiles: directory.instanceProfiles.list(account).length,
    InstanceProfilesQuota: QUOTAS.InstanceProfiles,
    MFADevices: devices.length,
    MFADevicesInUse: inUse.length,
    Policies: policies.length,
    PoliciesQuota: QUOTAS.Policies,
    PolicySizeQuota: QUOTAS.PolicySize,
    PolicyVersionsInUse: versions + awsManaged.list.filter(({ arn }) => uses.attachments(arn) > 0).length,
    PolicyVersionsInUseQuota: QUOTAS.Policies * QUOTAS.VersionsPerPolicy,
    Providers: directory.oidcProviders.list(account).length,
    RolePolicySizeQuota: INLINE_SIZE.role,
    Roles: directory.roles.list(account).length,
    RolesQuota: QUOTAS.Roles,
    ServerCertificates: 0,
    ServerCertificatesQuota: 0,
    SigningCertificatesPerUserQuota: 0,
    UserPolicySizeQuota: INLINE_SIZE.user,
    Users: directory.users.list(account).length,
    UsersQuota: QUOTAS.Users,
    VersionsPerPolicyQuota: QUOTAS.VersionsPerPolicy,
  };
  return { SummaryMap: summary };
};
