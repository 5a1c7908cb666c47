import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { Role } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import { lastUseRef } from "../../../platform/identity/key-use.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireOwnRole, requireRole } from "../find.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { requireBoundary } from "../policies/boundaries.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { newTags, tagPage, withoutTags, withTags } from "../tags/tags.ts";
import { roleAnswer, roleInList } from "./role-answer.ts";
import { readTrust } from "./trust-policy.ts";

const DEFAULT_SESSION_SECONDS = 3_600;

export const createRole: IamOperation<"CreateRole"> = (input, call, deps) =>
  deps.commit(call, () => {
    if (input.Path?.startsWith("/aws-service-role/") === true) {
      throw call.error("InvalidInputException", "The path /aws-service-role/ is for CreateServiceLinkedRole.");
    }
    const document: Role = {
      name: input.RoleName,
      path: input.Path ?? "/",
      id: newUniqueId("AROA"),
      createdAt: deps.clock.now(),
      inline: {},
      attached: [],
      tags: newTags(call, input.Tags),
      ...readTrust(deps, call, input.AssumeRolePolicyDocument),
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.PermissionsBoundary !== undefined && {
        boundary: requireBoundary(deps, call, input.PermissionsBoundary),
      }),
    };
    return putNewRole(deps, call, document);
  });

/** The change that makes a role, where its name is free. */
export function putNewRole(deps: IamDeps, call: IamCall, document: Role) {
  const { roles } = deps.identity.directory;
  const ref = refOn(roles, call.account, keyOfName(document.name));
  if (roles.get(call.account, ref.key) !== undefined) {
    throw call.error("EntityAlreadyExistsException", `Role with name ${document.name} already exists.`);
  }
  checkQuota(call, "RolesPerAccount", QUOTAS.Roles, roles.list(call.account).length);
  return {
    changes: [{ put: ref, document, expect: "absent" as const }],
    answer: { Role: roleAnswer(deps, { ref, document }) },
  };
}

export const getRole: IamOperation<"GetRole"> = async (input, call, deps) => ({
  Role: roleAnswer(deps, requireRole(deps, call, input.RoleName)),
});

const changeRole = <T>(
  deps: IamDeps,
  call: IamCall,
  find: () => Resource<Role>,
  change: (role: Role) => Role,
  answer: (role: Resource<Role>) => T,
): Promise<T> =>
  deps.commit(call, () => {
    const role = find();
    const document = change(role.document);
    return { changes: [{ put: role.ref, document, expect: role.version }], answer: answer({ ...role, document }) };
  });

const nothing = () => ({});

export const updateRole: IamOperation<"UpdateRole"> = (input, call, deps) =>
  changeRole(
    deps,
    call,
    () => requireOwnRole(deps, call, input.RoleName),
    (role) => ({
      ...role,
      // What the call leaves out is reset (IAM API, UpdateRole).
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(input.Description !== undefined && { description: input.Description }),
    }),
    nothing,
  );

export const updateRoleDescription: IamOperation<"UpdateRoleDescription"> = (input, call, deps) =>
  changeRole(
    deps,
    call,
    // The one thing of a service-linked role that its account may change.
    () => requireRole(deps, call, input.RoleName),
    (role) => ({ ...role, description: input.Description }),
    (role) => ({ Role: roleAnswer(deps, role) }),
  );

export const updateAssumeRolePolicy: IamOperation<"UpdateAssumeRolePolicy"> = (input, call, deps) =>
  changeRole(
    deps,
    call,
    () => requireOwnRole(deps, call, input.RoleName),
    (role) => ({ ...role, ...readTrust(deps, call, input.PolicyDocument) }),
    nothing,
  );

export const deleteRole: IamOperation<"DeleteRole"> = (input, call, deps) =>
  deps.commit(call, () => {
    const role = requireOwnRole(deps, call, input.RoleName);
    const { id, inline, attached } = role.document;
    const conflict = (what: string) =>
      call.error("DeleteConflictException", `Cannot delete entity, must ${what} first.`);
    const profiles = deps.identity.directory.instanceProfiles.list(call.account);
    if (profiles.some(({ document }) => document.role === id)) throw conflict("remove roles from instance profile");
    if (Object.keys(inline).length > 0) throw conflict("delete policies");
    if (attached.length > 0) throw conflict("detach all policies");
    return { changes: removalOf(deps, role), answer: {} };
  });

/** A role goes with the record of its last use. */
export function removalOf({ identity }: IamDeps, role: Resource<Role>) {
  const { id } = role.document;
  identity.uses.forget(id);
  return [
    { remove: role.ref, expect: role.version },
    { remove: lastUseRef(id), expect: "any" as const },
  ];
}

export const listRoles: IamOperation<"ListRoles"> = async (input, call, deps) => {
  const prefix = input.PathPrefix ?? "/";
  const found = deps.identity.directory.roles
    .list(call.account)
    .filter(({ document }) => document.path.startsWith(prefix));
  const { items, end } = pageOf(input, found, ({ ref }) => ref.key);
  return { Roles: items.map((role) => roleInList(deps, role)), ...end };
};

export const tagRole: IamOperation<"TagRole"> = (input, call, deps) =>
  changeRole(
    deps,
    call,
    () => requireOwnRole(deps, call, input.RoleName),
    (role) => ({ ...role, tags: withTags(call, role.tags, input.Tags) }),
    nothing,
  );

export const untagRole: IamOperation<"UntagRole"> = (input, call, deps) =>
  changeRole(
    deps,
    call,
    () => requireOwnRole(deps, call, input.RoleName),
    (role) => ({ ...role, tags: withoutTags(role.tags, input.TagKeys) }),
    nothing,
  );

export const listRoleTags: IamOperation<"ListRoleTags"> = async (input, call, deps) =>
  tagPage(input, requireRole(deps, call, input.RoleName).document.tags);
