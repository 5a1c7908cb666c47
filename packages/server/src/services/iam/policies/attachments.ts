import { parseIamArn } from "../../../platform/identity/arns.ts";
import { keyOfName } from "../../../platform/identity/directory.ts";
import type { PolicyHolder } from "../../../platform/identity/documents.ts";
import type { Resource } from "../../../platform/state/state.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { type Paging, pageOf } from "../pages.ts";
import { checkQuota } from "../quotas.ts";
import { findPolicy, requirePolicy } from "./find-policy.ts";
import { GROUPS, type Holders, ROLES, USERS } from "./holders.ts";

function attach(holders: Holders, deps: IamDeps, call: IamCall, name: string, arn: string) {
  return deps.commit(call, () => {
    const { ref, version, document } = holders.forChange(deps, call, name);
    if (findPolicy(deps, call, arn) === undefined) {
      if (parseIamArn(arn)?.type !== "policy") throw call.error("InvalidInputException", `ARN ${arn} is not valid.`);
      throw call.error("NoSuchEntityException", `Policy ${arn} does not exist or is not attachable.`);
    }
    if (document.attached.includes(arn)) return { changes: [], answer: {} };
    checkQuota(call, `PoliciesPer${holders.label}`, holders.attachedQuota, document.attached.length);
    const attached = [...document.attached, arn];
    return { changes: [{ put: ref, document: { ...document, attached }, expect: version }], answer: {} };
  });
}

function detach(holders: Holders, deps: IamDeps, call: IamCall, name: string, arn: string) {
  return deps.commit(call, () => {
    const { ref, version, document } = holders.forChange(deps, call, name);
    const attached = document.attached.filter((one) => one !== arn);
    if (attached.length === document.attached.length) {
      throw call.error("NoSuchEntityException", `Policy ${arn} was not found.`);
    }
    return { changes: [{ put: ref, document: { ...document, attached }, expect: version }], answer: {} };
  });
}

/** Managed policies as members of lists of attached ones. */
export const attachedList = (arns: readonly string[]) =>
  arns.map((arn) => ({ PolicyName: parseIamArn(arn)?.name ?? arn, PolicyArn: arn }));

function list(
  holders: Holders,
  deps: IamDeps,
  call: IamCall,
  name: string,
  paging: Paging & { readonly PathPrefix?: string | undefined },
) {
  const { attached } = holders.read(deps, call, name).document;
  const prefix = paging.PathPrefix ?? "/";
  const order = (policy: { readonly PolicyName: string; readonly PolicyArn: string }) =>
    `${keyOfName(policy.PolicyName)} ${policy.PolicyArn}`;
  const found = attachedList(attached)
    .filter(({ PolicyArn }) => parseIamArn(PolicyArn)?.path.startsWith(prefix))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const { items, end } = pageOf(paging, found, order);
  return { AttachedPolicies: [...items], ...end };
}

export const attachUserPolicy: IamOperation<"AttachUserPolicy"> = (input, call, deps) =>
  attach(USERS, deps, call, input.UserName, input.PolicyArn);
export const attachGroupPolicy: IamOperation<"AttachGroupPolicy"> = (input, call, deps) =>
  attach(GROUPS, deps, call, input.GroupName, input.PolicyArn);
export const attachRolePolicy: IamOperation<"AttachRolePolicy"> = (input, call, deps) =>
  attach(ROLES, deps, call, input.RoleName, input.PolicyArn);

export const detachUserPolicy: IamOperation<"DetachUserPolicy"> = (input, call, deps) =>
  detach(USERS, deps, call, input.UserName, input.PolicyArn);
export const detachGroupPolicy: IamOperation<"DetachGroupPolicy"> = (input, call, deps) =>
  detach(GROUPS, deps, call, input.GroupName, input.PolicyArn);
export const detachRolePolicy: IamOperation<"DetachRolePolicy"> = (input, call, deps) =>
  detach(ROLES, deps, call, input.RoleName, input.PolicyArn);

export const listAttachedUserPolicies: IamOperation<"ListAttachedUserPolicies"> = async (input, call, deps) =>
  list(USERS, deps, call, input.UserName, input);
export const listAttachedGroupPolicies: IamOperation<"ListAttachedGroupPolicies"> = async (input, call, deps) =>
  list(GROUPS, deps, call, input.GroupName, input);
export const listAttachedRolePolicies: IamOperation<"ListAttachedRolePolicies"> = async (input, call, deps) =>
  list(ROLES, deps, call, input.RoleName, input);

export const listEntitiesForPolicy: IamOperation<"ListEntitiesForPolicy"> = async (input, call, deps) => {
  const { directory } = deps.identity;
  const { arn } = requirePolicy(deps, call, input.PolicyArn);
  const { EntityFilter, PathPrefix = "/", PolicyUsageFilter } = input;
  // With the filter of AWS-managed or local policies a caller asks for no entities (IAM API, EntityFilter).
  const wanted = ({ label }: Holders) => EntityFilter === undefined || EntityFilter === label;
  const uses = ({ document }: Resource<PolicyHolder>): boolean => {
    const bounded = "boundary" in document && document.boundary === arn;
    if (PolicyUsageFilter === "PermissionsBoundary") return bounded;
    const attached = document.attached.includes(arn);
    return PolicyUsageFilter === "PermissionsPolicy" ? attached : attached || bounded;
  };
  const found = [GROUPS, ROLES, USERS].filter(wanted).flatMap((holders) =>
    holders
      .list(directory, call.account)
      .filter((holder) => holder.document.path.startsWith(PathPrefix) && uses(holder))
      .map(({ ref, document }) => ({ kind: holders.kind, key: `${holders.kind} ${ref.key}`, document })),
  );
  const { items, end } = pageOf(input, found, ({ key }) => key);
  const of = (kind: Holders["kind"]) => items.filter((item) => item.kind === kind).map(({ document }) => document);
  return {
    PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
    ...end,
  };
};
