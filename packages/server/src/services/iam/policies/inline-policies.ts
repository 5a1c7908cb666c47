import { policySize } from "@nephoscope/languages/iam-policy";
import { encodeDocument, readDocument } from "../documents.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { type Paging, pageOf } from "../pages.ts";
import { GROUPS, type Holders, ROLES, USERS } from "./holders.ts";

function put(holders: Holders, deps: IamDeps, call: IamCall, holderName: string, name: string, text: string) {
  return deps.commit(call, () => {
    const { ref, version, document } = holders.forChange(deps, call, holderName);
    readDocument(call, text, "identity");
    const inline = { ...document.inline, [name]: text };
    const size = Object.values(inline).reduce((sum, one) => sum + policySize(one), 0);
    if (size > holders.inlineSize) {
      throw call.error(
        "LimitExceededException",
        `Maximum policy size of ${holders.inlineSize} bytes exceeded for ${holders.kind} ${document.name}`,
      );
    }
    return { changes: [{ put: ref, document: { ...document, inline }, expect: version }], answer: {} };
  });
}

function requireInline(
  holders: Holders,
  call: IamCall,
  inline: Readonly<Record<string, string>>,
  name: string,
): string {
  const text = Object.hasOwn(inline, name) ? inline[name] : undefined;
  if (text !== undefined) return text;
  throw call.error("NoSuchEntityException", `The ${holders.kind} policy with name ${name} cannot be found.`);
}

function get(holders: Holders, deps: IamDeps, call: IamCall, holderName: string, name: string) {
  const { document } = holders.read(deps, call, holderName);
  return {
    holderName: document.name,
    PolicyName: name,
    PolicyDocument: encodeDocument(requireInline(holders, call, document.inline, name)),
  };
}

function remove(holders: Holders, deps: IamDeps, call: IamCall, holderName: string, name: string) {
  return deps.commit(call, () => {
    const { ref, version, document } = holders.forChange(deps, call, holderName);
    requireInline(holders, call, document.inline, name);
    const { [name]: _, ...inline } = document.inline;
    return { changes: [{ put: ref, document: { ...document, inline }, expect: version }], answer: {} };
  });
}

function list(holders: Holders, deps: IamDeps, call: IamCall, holderName: string, paging: Paging) {
  const names = Object.keys(holders.read(deps, call, holderName).document.inline).sort();
  const { items, end } = pageOf(paging, names, (name) => name);
  return { PolicyNames: [...items], ...end };
}

export const putUserPolicy: IamOperation<"PutUserPolicy"> = (input, call, deps) =>
  put(USERS, deps, call, input.UserName, input.PolicyName, input.PolicyDocument);
export const putGroupPolicy: IamOperation<"PutGroupPolicy"> = (input, call, deps) =>
  put(GROUPS, deps, call, input.GroupName, input.PolicyName, input.PolicyDocument);
export const putRolePolicy: IamOperation<"PutRolePolicy"> = (input, call, deps) =>
  put(ROLES, deps, call, input.RoleName, input.PolicyName, input.PolicyDocument);

export const getUserPolicy: IamOperation<"GetUserPolicy"> = async (input, call, deps) => {
  const { holderName, ...policy } = get(USERS, deps, call, input.UserName, input.PolicyName);
  return { UserName: holderName, ...policy };
};
export const getGroupPolicy: IamOperation<"GetGroupPolicy"> = async (input, call, deps) => {
  const { holderName, ...policy } = get(GROUPS, deps, call, input.GroupName, input.PolicyName);
  return { GroupName: holderName, ...policy };
};
export const getRolePolicy: IamOperation<"GetRolePolicy"> = async (input, call, deps) => {
  const { holderName, ...policy } = get(ROLES, deps, call, input.RoleName, input.PolicyName);
  return { RoleName: holderName, ...policy };
};

export const deleteUserPolicy: IamOperation<"DeleteUserPolicy"> = (input, call, deps) =>
  remove(USERS, deps, call, input.UserName, input.PolicyName);
export const deleteGroupPolicy: IamOperation<"DeleteGroupPolicy"> = (input, call, deps) =>
  remove(GROUPS, deps, call, input.GroupName, input.PolicyName);
export const deleteRolePolicy: IamOperation<"DeleteRolePolicy"> = (input, call, deps) =>
  remove(ROLES, deps, call, input.RoleName, input.PolicyName);

export const listUserPolicies: IamOperation<"ListUserPolicies"> = async (input, call, deps) =>
  list(USERS, deps, call, input.UserName, input);
export const listGroupPolicies: IamOperation<"ListGroupPolicies"> = async (input, call, deps) =>
  list(GROUPS, deps, call, input.GroupName, input);
export const listRolePolicies: IamOperation<"ListRolePolicies"> = async (input, call, deps) =>
  list(ROLES, deps, call, input.RoleName, input);
