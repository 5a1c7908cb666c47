import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import {
  groupArn,
  instanceProfileArn,
  mfaArn,
  oidcProviderArn,
  parseIamArn,
  policyArn,
  roleArn,
  rootArn,
  userArn,
} from "../../platform/identity/arns.ts";
import { type Directory, keyOfName } from "../../platform/identity/directory.ts";
import type { Tag } from "../../platform/identity/documents.ts";
import type { IamCall, IamSdk } from "./operation.ts";

/** What each operation of IAM needs (Service Authorization Reference, "Identity And Access Management"). */
export function iamAccess({ directory }: { readonly directory: Directory }): ServiceAccess {
  // Names have no case and paths are not in calls: the ARN is that of what is there, so that no spelling passes a policy by.
  const user = ({ account }: IamCall, name: string, path?: string): string =>
    userArn(account, directory.users.get(account, keyOfName(name))?.document ?? { path: path ?? "/", name });
  const group = ({ account }: IamCall, name: string, path?: string): string =>
    groupArn(account, directory.groups.get(account, keyOfName(name))?.document ?? { path: path ?? "/", name });
  const role = ({ account }: IamCall, name: string, path?: string): string =>
    roleArn(account, directory.roles.get(account, keyOfName(name))?.document ?? { path: path ?? "/", name });
  const profile = ({ account }: IamCall, name: string, path?: string): string => {
    const known = directory.instanceProfiles.get(account, keyOfName(name))?.document;
    return instanceProfileArn(account, known ?? { path: path ?? "/", name });
  };
  const policy = (arn: string): string => {
    const parts = parseIamArn(arn);
    const known = parts && directory.policies.get(parts.account, keyOfName(parts.name))?.document;
    return known === undefined || parts === undefined ? arn : policyArn(parts.account, known);
  };
  const mfa = ({ account }: IamCall, serial: string): string => {
    const parts = parseIamArn(serial);
    const known = parts && directory.mfaDevices.get(account, keyOfName(parts.name))?.document;
    return known === undefined ? serial : mfaArn(account, known);
  };

  const of = (action: string, resource: string, keys?: Need["keys"]): Need => ({
    action: `iam:${action}`,
    resource,
    ...(keys !== undefined && { keys }),
  });
  const anywhere = (action: string) => (): Need => of(action, "*");
  const every =
    (action: string, kind: string) =>
    (_input: unknown, { account }: IamCall) =>
      of(action, `arn:aws:iam::${account}:${kind}/*`);

  /** Who names nobody means the caller. */
  const ofUser = (action: string) => (input: { readonly UserName?: string | undefined }, call: IamCall) => {
    const name = input.UserName ?? call.principal.userName;
    return of(action, name === undefined ? call.principal.arn : user(call, name));
  };
  const ofGroup = (action: string) => (input: { readonly GroupName: string }, call: IamCall) =>
    of(action, group(call, input.GroupName));
  const ofRole = (action: string) => (input: { readonly RoleName: string }, call: IamCall) =>
    of(action, role(call, input.RoleName));
  const ofProfile = (action: string) => (input: { readonly InstanceProfileName: string }, call: IamCall) =>
    of(action, profile(call, input.InstanceProfileName));
  const ofPolicy = (action: string) => (input: { readonly PolicyArn: string }) => of(action, policy(input.PolicyArn));
  const ofProvider = (action: string) => (input: { readonly OpenIDConnectProviderArn: string }) =>
    of(action, input.OpenIDConnectProviderArn);
  const ofDevice = (action: string) => (input: { readonly SerialNumber: string }, call: IamCall) =>
    of(action, mfa(call, input.SerialNumber));
  /** Devices are the user's too: policies name either. */
  const ofUsersDevice =
    (action: string) =>
    (input: { readonly UserName?: string | undefined; readonly SerialNumber: string }, call: IamCall): Need => ({
      ...ofUser(action)(input, call),
      also: mfa(call, input.SerialNumber),
    });
  const withPolicy = (need: Need, input: { readonly PolicyArn: string }): Need => ({
    ...need,
    keys: { "iam:PolicyARN": policy(input.PolicyArn) },
  });
  const withBoundary = (need: Need, boundary: string | undefined): Need => ({
    ...need,
    keys: { ...need.keys, "iam:PermissionsBoundary": boundary },
  });

  /** The user behind a key, for operations that name a key alone. */
  const userOfKey = (call: IamCall, id: string): string => {
    const key = directory.accessKeys.get("", id)?.document;
    if (key?.account !== call.account) return userArn(call.account, { path: "/", name: "*" });
    const owner = key.user === undefined ? undefined : directory.users.byId(key.user)?.document;
    return owner === undefined ? rootArn(call.account) : userArn(call.account, owner);
  };

  /** Tags at creation need the right to tag as well. */
  const tagged = (need: Need, action: string, tags: Parameters<typeof requestTags>[0]): readonly Need[] => {
    const keys = { ...need.keys, ...requestTags(tags) };
    const own = { ...need, keys };
    return "aws:TagKeys" in keys ? [own, { ...own, action: `iam:${action}` }] : [own];
  };

  return serviceAccess<IamSdk>(
    {
      AddClientIDToOpenIDConnectProvider: ofProvider("AddClientIDToOpenIDConnectProvider"),
      AddRoleToInstanceProfile: (input, call) => [
        ofProfile("AddRoleToInstanceProfile")(input, call),
        of("PassRole", role(call, input.RoleName), { "iam:PassedToService": "ec2.amazonaws.com" }),
      ],
      AddUserToGroup: ofGroup("AddUserToGroup"),
      AttachGroupPolicy: (input, call) => withPolicy(ofGroup("AttachGroupPolicy")(input, call), input),
      AttachRolePolicy: (input, call) => withPolicy(ofRole("AttachRolePolicy")(input, call), input),
      AttachUserPolicy: (input, call) => withPolicy(ofUser("AttachUserPolicy")(input, call), input),
      ChangePassword: (_input, call) => ofUser("ChangePassword")({}, call),
      CreateAccessKey: ofUser("CreateAccessKey"),
      CreateAccountAlias: anywhere("CreateAccountAlias"),
      CreateGroup: (input, call) => of("CreateGroup", group(call, input.GroupName, input.Path)),
      CreateInstanceProfile: (input, call) =>
        tagged(
          of("CreateInstanceProfile", profile(call, input.InstanceProfileName, input.Path)),
          "TagInstanceProfile",
          input.Tags,
        ),
      CreateLoginProfile: ofUser("CreateLoginProfile"),
      CreateOpenIDConnectProvider: (input, { account }) =>
        tagged(
          of("CreateOpenIDConnectProvider", oidcProviderArn(account, input.Url.replace(/^https:\/\//, ""))),
          "TagOpenIDConnectProvider",
          input.Tags,
        ),
      CreatePolicy: (input, { account }) =>
        tagged(
          of("CreatePolicy", policyArn(account, { path: input.Path ?? "/", name: input.PolicyName })),
          "TagPolicy",
          input.Tags,
        ),
      CreatePolicyVersion: ofPolicy("CreatePolicyVersion"),
      CreateRole: (input, call) =>
        tagged(
          withBoundary(of("CreateRole", role(call, input.RoleName, input.Path)), input.PermissionsBoundary),
          "TagRole",
          input.Tags,
        ),
      CreateServiceLinkedRole: (input, { account }) =>
        of("CreateServiceLinkedRole", `arn:aws:iam::${account}:role/aws-service-role/${input.AWSServiceName}/*`, {
          "iam:AWSServiceName": input.AWSServiceName,
        }),
      CreateUser: (input, call) =>
        tagged(
          withBoundary(of("CreateUser", user(call, input.UserName, input.Path)), input.PermissionsBoundary),
          "TagUser",
          input.Tags,
        ),
      CreateVirtualMFADevice: (input, { account }) =>
        tagged(
          of("CreateVirtualMFADevice", mfaArn(account, { path: input.Path ?? "/", name: input.VirtualMFADeviceName })),
          "TagMFADevice",
          input.Tags,
        ),
      DeactivateMFADevice: ofUsersDevice("DeactivateMFADevice"),
      DeleteAccessKey: ofUser("DeleteAccessKey"),
      DeleteAccountAlias: anywhere("DeleteAccountAlias"),
      DeleteAccountPasswordPolicy: anywhere("DeleteAccountPasswordPolicy"),
      DeleteGroup: ofGroup("DeleteGroup"),
      DeleteGroupPolicy: ofGroup("DeleteGroupPolicy"),
      DeleteInstanceProfile: ofProfile("DeleteInstanceProfile"),
      DeleteLoginProfile: ofUser("DeleteLoginProfile"),
      DeleteOpenIDConnectProvider: ofProvider("DeleteOpenIDConnectProvider"),
      DeletePolicy: ofPolicy("DeletePolicy"),
      DeletePolicyVersion: ofPolicy("DeletePolicyVersion"),
      DeleteRole: ofRole("DeleteRole"),
      DeleteRolePermissionsBoundary: ofRole("DeleteRolePermissionsBoundary"),
      DeleteRolePolicy: ofRole("DeleteRolePolicy"),
      DeleteServiceLinkedRole: ofRole("DeleteServiceLinkedRole"),
      DeleteUser: ofUser("DeleteUser"),
      DeleteUserPermissionsBoundary: ofUser("DeleteUserPermissionsBoundary"),
      DeleteUserPolicy: ofUser("DeleteUserPolicy"),
      DeleteVirtualMFADevice: ofDevice("DeleteVirtualMFADevice"),
      DetachGroupPolicy: (input, call) => withPolicy(ofGroup("DetachGroupPolicy")(input, call), input),
      DetachRolePolicy: (input, call) => withPolicy(ofRole("DetachRolePolicy")(input, call), input),
      DetachUserPolicy: (input, call) => withPolicy(ofUser("DetachUserPolicy")(input, call), input),
      EnableMFADevice: ofUsersDevice("EnableMFADevice"),
      GenerateCredentialReport: anywhere("GenerateCredentialReport"),
      GetAccessKeyLastUsed: (input, call) => of("GetAccessKeyLastUsed", userOfKey(call, input.AccessKeyId)),
      GetAccountAuthorizationDetails: anywhere("GetAccountAuthorizationDetails"),
      GetAccountPasswordPolicy: anywhere("GetAccountPasswordPolicy"),
      GetAccountSummary: anywhere("GetAccountSummary"),
      GetContextKeysForCustomPolicy: anywhere("GetContextKeysForCustomPolicy"),
      GetContextKeysForPrincipalPolicy: (input) => of("GetContextKeysForPrincipalPolicy", input.PolicySourceArn),
      GetCredentialReport: anywhere("GetCredentialReport"),
      GetGroup: ofGroup("GetGroup"),
      GetGroupPolicy: ofGroup("GetGroupPolicy"),
      GetInstanceProfile: ofProfile("GetInstanceProfile"),
      GetLoginProfile: ofUser("GetLoginProfile"),
      GetMFADevice: (input, call) =>
        input.UserName === undefined
          ? ofDevice("GetMFADevice")(input, call)
          : ofUsersDevice("GetMFADevice")(input, call),
      GetOpenIDConnectProvider: ofProvider("GetOpenIDConnectProvider"),
      GetPolicy: ofPolicy("GetPolicy"),
      GetPolicyVersion: ofPolicy("GetPolicyVersion"),
      GetRole: ofRole("GetRole"),
      GetRolePolicy: ofRole("GetRolePolicy"),
      GetServiceLinkedRoleDeletionStatus: every("GetServiceLinkedRoleDeletionStatus", "role"),
      GetUser: ofUser("GetUser"),
      GetUserPolicy: ofUser("GetUserPolicy"),
      ListAccessKeys: ofUser("ListAccessKeys"),
      ListAccountAliases: anywhere("ListAccountAliases"),
      ListAttachedGroupPolicies: ofGroup("ListAttachedGroupPolicies"),
      ListAttachedRolePolicies: ofRole("ListAttachedRolePolicies"),
      ListAttachedUserPolicies: ofUser("ListAttachedUserPolicies"),
      ListEntitiesForPolicy: ofPolicy("ListEntitiesForPolicy"),
      ListGroupPolicies: ofGroup("ListGroupPolicies"),
      ListGroups: every("ListGroups", "group"),
      ListGroupsForUser: ofUser("ListGroupsForUser"),
      ListInstanceProfileTags: ofProfile("ListInstanceProfileTags"),
      ListInstanceProfiles: every("ListInstanceProfiles", "instance-profile"),
      ListInstanceProfilesForRole: ofRole("ListInstanceProfilesForRole"),
      ListMFADeviceTags: ofDevice("ListMFADeviceTags"),
      ListMFADevices: ofUser("ListMFADevices"),
      ListOpenIDConnectProviderTags: ofProvider("ListOpenIDConnectProviderTags"),
      ListOpenIDConnectProviders: anywhere("ListOpenIDConnectProviders"),
      ListPolicies: every("ListPolicies", "policy"),
      ListPolicyTags: ofPolicy("ListPolicyTags"),
      ListPolicyVersions: ofPolicy("ListPolicyVersions"),
      ListRolePolicies: ofRole("ListRolePolicies"),
      ListRoleTags: ofRole("ListRoleTags"),
      ListRoles: every("ListRoles", "role"),
      ListUserPolicies: ofUser("ListUserPolicies"),
      ListUserTags: ofUser("ListUserTags"),
      ListUsers: every("ListUsers", "user"),
      ListVirtualMFADevices: every("ListVirtualMFADevices", "mfa"),
      PutGroupPolicy: ofGroup("PutGroupPolicy"),
      PutRolePermissionsBoundary: (input, call) =>
        withBoundary(ofRole("PutRolePermissionsBoundary")(input, call), input.PermissionsBoundary),
      PutRolePolicy: ofRole("PutRolePolicy"),
      PutUserPermissionsBoundary: (input, call) =>
        withBoundary(ofUser("PutUserPermissionsBoundary")(input, call), input.PermissionsBoundary),
      PutUserPolicy: ofUser("PutUserPolicy"),
      RemoveClientIDFromOpenIDConnectProvider: ofProvider("RemoveClientIDFromOpenIDConnectProvider"),
      RemoveRoleFromInstanceProfile: ofProfile("RemoveRoleFromInstanceProfile"),
      RemoveUserFromGroup: ofGroup("RemoveUserFromGroup"),
      ResyncMFADevice: ofUsersDevice("ResyncMFADevice"),
      SetDefaultPolicyVersion: ofPolicy("SetDefaultPolicyVersion"),
      SimulateCustomPolicy: anywhere("SimulateCustomPolicy"),
      SimulatePrincipalPolicy: (input) => of("SimulatePrincipalPolicy", input.PolicySourceArn),
      TagInstanceProfile: (input, call) => ({
        ...ofProfile("TagInstanceProfile")(input, call),
        keys: requestTags(input.Tags),
      }),
      TagMFADevice: (input, call) => ({ ...ofDevice("TagMFADevice")(input, call), keys: requestTags(input.Tags) }),
      TagOpenIDConnectProvider: (input) => ({
        ...ofProvider("TagOpenIDConnectProvider")(input),
        keys: requestTags(input.Tags),
      }),
      TagPolicy: (input) => ({ ...ofPolicy("TagPolicy")(input), keys: requestTags(input.Tags) }),
      TagRole: (input, call) => ({ ...ofRole("TagRole")(input, call), keys: requestTags(input.Tags) }),
      TagUser: (input, call) => ({ ...ofUser("TagUser")(input, call), keys: requestTags(input.Tags) }),
      UntagInstanceProfile: (input, call) => ({
        ...ofProfile("UntagInstanceProfile")(input, call),
        keys: tagKeys(input.TagKeys),
      }),
      UntagMFADevice: (input, call) => ({ ...ofDevice("UntagMFADevice")(input, call), keys: tagKeys(input.TagKeys) }),
      UntagOpenIDConnectProvider: (input) => ({
        ...ofProvider("UntagOpenIDConnectProvider")(input),
        keys: tagKeys(input.TagKeys),
      }),
      UntagPolicy: (input) => ({ ...ofPolicy("UntagPolicy")(input), keys: tagKeys(input.TagKeys) }),
      UntagRole: (input, call) => ({ ...ofRole("UntagRole")(input, call), keys: tagKeys(input.TagKeys) }),
      UntagUser: (input, call) => ({ ...ofUser("UntagUser")(input, call), keys: tagKeys(input.TagKeys) }),
      UpdateAccessKey: ofUser("UpdateAccessKey"),
      UpdateAccountPasswordPolicy: anywhere("UpdateAccountPasswordPolicy"),
      UpdateAssumeRolePolicy: ofRole("UpdateAssumeRolePolicy"),
      UpdateGroup: (input, call) => [
        of("UpdateGroup", group(call, input.GroupName)),
        // Renaming takes the right to both names (IAM user guide, "Renaming an IAM user").
        ...(input.NewGroupName === undefined && input.NewPath === undefined
          ? []
          : [
              of(
                "UpdateGroup",
                groupArn(call.account, { path: input.NewPath ?? "/", name: input.NewGroupName ?? input.GroupName }),
              ),
            ]),
      ],
      UpdateLoginProfile: ofUser("UpdateLoginProfile"),
      UpdateOpenIDConnectProviderThumbprint: ofProvider("UpdateOpenIDConnectProviderThumbprint"),
      UpdateRole: ofRole("UpdateRole"),
      UpdateRoleDescription: ofRole("UpdateRoleDescription"),
      UpdateUser: (input, call) => [
        of("UpdateUser", user(call, input.UserName)),
        ...(input.NewUserName === undefined && input.NewPath === undefined
          ? []
          : [
              of(
                "UpdateUser",
                userArn(call.account, { path: input.NewPath ?? "/", name: input.NewUserName ?? input.UserName }),
              ),
            ]),
      ],
    },
    {
      resource(arn) {
        const found = find(directory, arn);
        if (found === undefined) return undefined;
        const tags = Object.fromEntries(found.tags.map(({ key, value }) => [key, value]));
        const own = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`iam:ResourceTag/${key}`, value]));
        return {
          account: found.account,
          tags,
          keys: { ...own, ...(found.boundary !== undefined && { "iam:PermissionsBoundary": found.boundary }) },
        };
      },
    },
  );
}

interface Found {
  readonly account: string;
  readonly tags: readonly Tag[];
  readonly boundary?: string | undefined;
}

function find(directory: Directory, arn: string): Found | undefined {
  const parts = parseIamArn(arn);
  if (parts === undefined) return undefined;
  const { account, type, path, name } = parts;
  const key = keyOfName(name);
  switch (type) {
    case "user":
      return from(account, directory.users.get(account, key)?.document);
    case "role":
      return from(account, directory.roles.get(account, key)?.document);
    case "policy":
      return from(account, directory.policies.get(account, key)?.document);
    case "instance-profile":
      return from(account, directory.instanceProfiles.get(account, key)?.document);
    case "mfa":
      return from(account, directory.mfaDevices.get(account, key)?.document);
    case "oidc-provider":
      return from(account, directory.oidcProviders.get(account, `${path.slice(1)}${name}`)?.document);
    default:
      return undefined;
  }
}

const from = (account: string, document: Omit<Found, "account"> | undefined): Found | undefined =>
  document && { account, tags: document.tags, boundary: document.boundary };
