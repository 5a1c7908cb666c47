import { type Directory, keyOfName } from "../../platform/identity/directory.ts";
import type { Group, Role, User } from "../../platform/identity/documents.ts";
import type { Resource } from "../../platform/state/state.ts";
import { type IamCall, type IamDeps, validationError } from "./operation.ts";

type Finding = Pick<IamDeps, "identity">;

const missing = (call: IamCall, what: string, name: string): Error =>
  call.error("NoSuchEntityException", `The ${what} with name ${name} cannot be found.`);

export const findUser = ({ identity }: Finding, call: IamCall, name: string): Resource<User> | undefined =>
  identity.directory.users.get(call.account, keyOfName(name));

export function requireUser(deps: Finding, call: IamCall, name: string): Resource<User> {
  const user = findUser(deps, call, name);
  if (user === undefined) throw missing(call, "user", name);
  return user;
}

/** Many operations are about the caller where they name nobody; the root user is no user of that kind. */
export function requireUserOrCaller(deps: Finding, call: IamCall, name: string | undefined): Resource<User> {
  const userName = name ?? call.principal.userName;
  if (userName === undefined) {
    throw validationError("Must specify userName when calling with non-User credentials");
  }
  return requireUser(deps, call, userName);
}

export function requireGroup({ identity }: Finding, call: IamCall, name: string): Resource<Group> {
  const group = identity.directory.groups.get(call.account, keyOfName(name));
  if (group === undefined) throw missing(call, "group", name);
  return group;
}

export function requireRole({ identity }: Finding, call: IamCall, name: string): Resource<Role> {
  const role = identity.directory.roles.get(call.account, keyOfName(name));
  if (role === undefined) throw missing(call, "role", name);
  return role;
}

/** A role that its owner may change: service-linked ones belong to their service. */
export function requireOwnRole(deps: Finding, call: IamCall, name: string): Resource<Role> {
  const role = requireRole(deps, call, name);
  if (role.document.linkedTo !== undefined) {
    throw call.error(
      "UnmodifiableEntityException",
      `Cannot perform the operation on the protected role '${role.document.name}' - this role is only modifiable by AWS`,
    );
  }
  return role;
}

/** Members of a group, in the order of their names. */
export const membersOf = (directory: Directory, account: string, groupId: string): readonly Resource<User>[] =>
  directory.users.list(account).filter(({ document }) => document.groups.includes(groupId));
