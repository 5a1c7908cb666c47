import type { EntityType } from "@aws-sdk/client-iam";
import type { PolicyHolder } from "../../../platform/identity/documents.ts";
import { encodeDocument } from "../documents.ts";
import { groupAnswer } from "../groups/groups.ts";
import { profileInAnswer } from "../instance-profiles/instance-profiles.ts";
import type { IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { attachedList } from "../policies/attachments.ts";
import { shownAws, shownOwn, usesOf } from "../policies/find-policy.ts";
import { policyInList } from "../policies/managed-policies.ts";
import { versionInList } from "../policies/policy-versions.ts";
import { lastUse, roleInList } from "../roles/role-answer.ts";
import { tagsMember } from "../tags/tags.ts";
import { boundaryMember, userInList } from "../users/user-answer.ts";

const inlineList = ({ inline }: PolicyHolder) =>
  Object.entries(inline).map(([name, document]) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));

/** Everything of an account that decides who may do what. AWS's policies are told as far as they are in use. */
export const getAccountAuthorizationDetails: IamOperation<"GetAccountAuthorizationDetails"> = async (
  input,
  call,
  deps,
) => {
  const { directory } = deps.identity;
  const { account } = call;
  const wanted = (type: EntityType) => input.Filter === undefined || input.Filter.includes(type);
  const uses = usesOf(directory, account);
  const all = [
    ...(wanted("Group") ? directory.groups.list(account).map((group) => ({ key: `1 ${group.ref.key}`, group })) : []),
    ...(wanted("LocalManagedPolicy")
      ? directory.policies.list(account).map((own) => ({ key: `2 ${own.ref.key}`, policy: shownOwn(own) }))
      : []),
    ...(wanted("AWSManagedPolicy")
      ? shownAws(deps)
          .filter(({ arn }) => uses.attachments(arn) + uses.boundaries(arn) > 0)
          .map((policy) => ({ key: `3 ${policy.name}`, policy }))
      : []),
    ...(wanted("Role") ? directory.roles.list(account).map((role) => ({ key: `4 ${role.ref.key}`, role })) : []),
    ...(wanted("User") ? directory.users.list(account).map((user) => ({ key: `5 ${user.ref.key}`, user })) : []),
  ];
  const { items, end } = pageOf(input, all, ({ key }) => key);
  return {
    GroupDetailList: items.flatMap((item) =>
      "group" in item
        ? {
            ...groupAnswer(item.group),
            GroupPolicyList: inlineList(item.group.document),
            AttachedManagedPolicies: attachedList(item.group.document.attached),
          }
        : [],
    ),
    Policies: items.flatMap((item) =>
      "policy" in item
        ? {
            ...policyInList(item.policy, uses),
            ...(item.policy.description !== undefined && { Description: item.policy.description }),
            PolicyVersionList: item.policy.versions.toReversed().map((version) => ({
              ...versionInList(version, item.policy.defaultVersion),
              Document: encodeDocument(version.document),
            })),
          }
        : [],
    ),
    RoleDetailList: items.flatMap((item) => {
      if (!("role" in item)) return [];
      const { document } = item.role;
      const { Description: _, MaxSessionDuration: __, ...role } = roleInList(deps, item.role);
      const profiles = directory.instanceProfiles.list(account).filter((one) => one.document.role === document.id);
      return {
        ...role,
        InstanceProfileList: profiles.map((profile) => profileInAnswer(deps, profile)),
        RolePolicyList: inlineList(document),
        AttachedManagedPolicies: attachedList(document.attached),
        RoleLastUsed: lastUse(deps, document.id),
        ...boundaryMember(document.boundary),
        ...tagsMember(document.tags),
      };
    }),
    UserDetailList: items.flatMap((item) => {
      if (!("user" in item)) return [];
      const { document } = item.user;
      const { PasswordLastUsed: _, ...user } = userInList(deps, item.user);
      return {
        ...user,
        UserPolicyList: inlineList(document),
        AttachedManagedPolicies: attachedList(document.attached),
        GroupList: document.groups.flatMap((id) => directory.groups.byId(id)?.document.name ?? []),
        ...boundaryMember(document.boundary),
        ...tagsMember(document.tags),
      };
    }),
    ...end,
  };
};
