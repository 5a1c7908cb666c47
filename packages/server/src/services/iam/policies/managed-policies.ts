import { policySize } from "@nephoscope/languages/iam-policy";
import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { ManagedPolicy } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import { readDocument } from "../documents.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { newTags, tagPage, tagsMember, withoutTags, withTags } from "../tags/tags.ts";
import { requireOwnPolicy, requirePolicy, type ShownPolicy, shownAws, shownOwn, usesOf } from "./find-policy.ts";

type Uses = ReturnType<typeof usesOf>;

export const policyInList = (policy: ShownPolicy, uses: Uses) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersion,
  AttachmentCount: uses.attachments(policy.arn),
  PermissionsBoundaryUsageCount: uses.boundaries(policy.arn),
  IsAttachable: true,
  CreateDate: new Date(policy.createdAt),
  UpdateDate: new Date(policy.updatedAt),
});

const policyAnswer = (policy: ShownPolicy, uses: Uses) => ({
  ...policyInList(policy, uses),
  ...(policy.description !== undefined && { Description: policy.description }),
  ...tagsMember(policy.tags),
});

export function checkManagedDocument(call: IamCall, document: string): void {
  readDocument(call, document, "identity");
  if (policySize(document) > QUOTAS.PolicySize) {
    throw call.error("LimitExceededException", `Cannot exceed quota for PolicySize: ${QUOTAS.PolicySize}`);
  }
}

export const createPolicy: IamOperation<"CreatePolicy"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { policies } = deps.identity.directory;
    const name = input.PolicyName;
    const ref = refOn(policies, call.account, keyOfName(name));
    if (policies.get(call.account, ref.key) !== undefined) {
      throw call.error(
        "EntityAlreadyExistsException",
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    }
    checkQuota(call, "PoliciesPerAccount", QUOTAS.Policies, policies.list(call.account).length);
    checkManagedDocument(call, input.PolicyDocument);
    const now = deps.clock.now();
    const document: ManagedPolicy = {
      name,
      path: input.Path ?? "/",
      id: newUniqueId("ANPA"),
      createdAt: now,
      updatedAt: now,
      versions: [{ id: "v1", document: input.PolicyDocument, createdAt: now }],
      defaultVersion: "v1",
      nextVersion: 2,
      tags: newTags(call, input.Tags),
      ...(input.Description !== undefined && { description: input.Description }),
    };
    const shown = shownOwn({ ref, version: 1, document, createdAt: now, updatedAt: now });
    const uses = usesOf(deps.identity.directory, call.account);
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: { Policy: { ...policyInList(shown, uses), ...tagsMember(document.tags) } },
    };
  });

export const getPolicy: IamOperation<"GetPolicy"> = async (input, call, deps) => ({
  Policy: policyAnswer(requirePolicy(deps, call, input.PolicyArn), usesOf(deps.identity.directory, call.account)),
});

export const deletePolicy: IamOperation<"DeletePolicy"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnPolicy(deps, call, input.PolicyArn);
    const uses = usesOf(deps.identity.directory, call.account);
    if (uses.attachments(input.PolicyArn) + uses.boundaries(input.PolicyArn) > 0) {
      throw call.error("DeleteConflictException", "Cannot delete a policy attached to entities.");
    }
    if (document.versions.length > 1) {
      throw call.error(
        "DeleteConflictException",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    return { changes: [{ remove: ref, expect: version }], answer: {} };
  });

export const listPolicies: IamOperation<"ListPolicies"> = async (input, call, deps) => {
  const { Scope = "All", PathPrefix = "/", OnlyAttached = false, PolicyUsageFilter } = input;
  const uses = usesOf(deps.identity.directory, call.account);
  const own = deps.identity.directory.policies.list(call.account).map(shownOwn);
  const all = [...(Scope === "AWS" ? [] : own), ...(Scope === "Local" ? [] : shownAws(deps))];
  const used = ({ arn }: ShownPolicy) => {
    const asPolicy = uses.attachments(arn) > 0;
    const asBoundary = uses.boundaries(arn) > 0;
    if (PolicyUsageFilter === "PermissionsPolicy") return asPolicy;
    if (PolicyUsageFilter === "PermissionsBoundary") return asBoundary;
    return !OnlyAttached || asPolicy || asBoundary;
  };
  const found = all
    .filter((policy) => policy.path.startsWith(PathPrefix) && used(policy))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const { items, end } = pageOf(input, found, orderOf);
  return { Policies: items.map((policy) => policyInList(policy, uses)), ...end };
};

/** The account's own come first, then AWS's; each by name. */
const orderOf = ({ own, name }: ShownPolicy): string => `${own === undefined ? 2 : 1} ${keyOfName(name)}`;

const changeTags = (
  deps: IamDeps,
  call: IamCall,
  arn: string,
  change: (policy: ManagedPolicy) => ManagedPolicy["tags"],
) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnPolicy(deps, call, arn);
    return { changes: [{ put: ref, document: { ...document, tags: change(document) }, expect: version }], answer: {} };
  });

export const tagPolicy: IamOperation<"TagPolicy"> = (input, call, deps) =>
  changeTags(deps, call, input.PolicyArn, ({ tags }) => withTags(call, tags, input.Tags));

export const untagPolicy: IamOperation<"UntagPolicy"> = (input, call, deps) =>
  changeTags(deps, call, input.PolicyArn, ({ tags }) => withoutTags(tags, input.TagKeys));

export const listPolicyTags: IamOperation<"ListPolicyTags"> = async (input, call, deps) =>
  tagPage(input, requirePolicy(deps, call, input.PolicyArn).tags);
