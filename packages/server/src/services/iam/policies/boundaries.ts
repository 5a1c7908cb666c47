import { requireOwnRole, requireUser } from "../find.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";

/** The ARN of a managed policy that may be a boundary. */
export function requireBoundary({ identity }: Pick<IamDeps, "identity">, call: IamCall, arn: string): string {
  const foreign = !arn.startsWith("arn:aws:iam::aws:") && !arn.startsWith(`arn:aws:iam::${call.account}:`);
  if (foreign || identity.sources.managed(arn) === undefined) {
    throw call.error("NoSuchEntityException", `Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

export const putUserPermissionsBoundary: IamOperation<"PutUserPermissionsBoundary"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireUser(deps, call, input.UserName);
    const boundary = requireBoundary(deps, call, input.PermissionsBoundary);
    return { changes: [{ put: ref, document: { ...document, boundary }, expect: version }], answer: {} };
  });

export const deleteUserPermissionsBoundary: IamOperation<"DeleteUserPermissionsBoundary"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireUser(deps, call, input.UserName);
    const { boundary, ...rest } = document;
    if (boundary === undefined) throw noBoundary(call, "user", document.name);
    return { changes: [{ put: ref, document: rest, expect: version }], answer: {} };
  });

export const putRolePermissionsBoundary: IamOperation<"PutRolePermissionsBoundary"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnRole(deps, call, input.RoleName);
    const boundary = requireBoundary(deps, call, input.PermissionsBoundary);
    return { changes: [{ put: ref, document: { ...document, boundary }, expect: version }], answer: {} };
  });

export const deleteRolePermissionsBoundary: IamOperation<"DeleteRolePermissionsBoundary"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireOwnRole(deps, call, input.RoleName);
    const { boundary, ...rest } = document;
    if (boundary === undefined) throw noBoundary(call, "role", document.name);
    return { changes: [{ put: ref, document: rest, expect: version }], answer: {} };
  });

const noBoundary = (call: IamCall, kind: string, name: string): Error =>
  call.error("NoSuchEntityException", `The ${kind} with name ${name} has no permissions boundary.`);
