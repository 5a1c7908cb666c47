import { rootArn } from "../../../platform/identity/arns.ts";
import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { User } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { findUser, requireUser, requireUserOrCaller } from "../find.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { requireBoundary } from "../policies/boundaries.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { newTags, tagPage, withoutTags, withTags } from "../tags/tags.ts";
import { userAnswer, userInList } from "./user-answer.ts";

export const createUser: IamOperation<"CreateUser"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { users } = deps.identity.directory;
    const name = input.UserName;
    if (findUser(deps, call, name) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `User with name ${name} already exists.`);
    }
    checkQuota(call, "UsersPerAccount", QUOTAS.Users, users.list(call.account).length);
    const ref = refOn(users, call.account, keyOfName(name));
    const document: User = {
      name,
      path: input.Path ?? "/",
      id: newUniqueId("AIDA"),
      createdAt: deps.clock.now(),
      inline: {},
      attached: [],
      groups: [],
      tags: newTags(call, input.Tags),
      ...(input.PermissionsBoundary !== undefined && {
        boundary: requireBoundary(deps, call, input.PermissionsBoundary),
      }),
    };
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: { User: userAnswer(deps, { ref, version: 1, document, createdAt: 0, updatedAt: 0 }) },
    };
  });

export const getUser: IamOperation<"GetUser"> = async (input, call, deps) => {
  if (input.UserName === undefined && call.principal.type === "Root") {
    const account = deps.identity.directory.accounts.get("", call.account);
    return {
      User: {
        Path: "/",
        UserName: account?.document.name ?? call.account,
        UserId: call.account,
        Arn: rootArn(call.account),
        CreateDate: new Date(account?.document.createdAt ?? 0),
      },
    };
  }
  return { User: userAnswer(deps, requireUserOrCaller(deps, call, input.UserName)) };
};

export const updateUser: IamOperation<"UpdateUser"> = (input, call, deps) =>
  deps.commit(call, () => {
    const user = requireUser(deps, call, input.UserName);
    const { users } = deps.identity.directory;
    const name = input.NewUserName ?? user.document.name;
    const key = keyOfName(name);
    const document: User = { ...user.document, name, path: input.NewPath ?? user.document.path };
    if (key === user.ref.key) return { changes: [{ put: user.ref, document, expect: user.version }], answer: {} };
    if (users.get(call.account, key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `User with name ${name} already exists.`);
    }
    return {
      changes: [
        { put: refOn(users, call.account, key), document, expect: "absent" },
        { remove: user.ref, expect: user.version },
      ],
      answer: {},
    };
  });

export const deleteUser: IamOperation<"DeleteUser"> = (input, call, deps) =>
  deps.commit(call, () => {
    const user = requireUser(deps, call, input.UserName);
    const hindrance = hindranceTo(deps, user);
    if (hindrance !== undefined) {
      throw call.error("DeleteConflictException", `Cannot delete entity, must ${hindrance} first.`);
    }
    return { changes: [{ remove: user.ref, expect: user.version }], answer: {} };
  });

/** What must go before a user can: nothing that could be used, or that names it, is left behind. */
function hindranceTo({ identity: { directory } }: IamDeps, { ref, document }: Resource<User>): string | undefined {
  const { id } = document;
  if (keysOf(directory, id).length > 0) return "delete access keys";
  if (directory.logins.get(ref.account, id) !== undefined) return "delete login profile";
  if (directory.mfaDevices.list(ref.account).some((device) => device.document.user === id)) return "delete MFA device";
  if (Object.keys(document.inline).length > 0) return "delete policies";
  if (document.attached.length > 0) return "detach all policies";
  if (document.groups.length > 0) return "remove user from all groups";
  return undefined;
}

/** Access keys of a user by its unique id; of the root user by its account's number. */
export const keysOf = ({ accessKeys }: IamDeps["identity"]["directory"], owner: string) =>
  accessKeys.list("").filter(({ document }) => (document.user ?? document.account) === owner);

export const listUsers: IamOperation<"ListUsers"> = async (input, call, deps) => {
  const prefix = input.PathPrefix ?? "/";
  const users = deps.identity.directory.users.list(call.account);
  const found = users.filter(({ document }) => document.path.startsWith(prefix));
  const { items, end } = pageOf(input, found, ({ ref }) => ref.key);
  return { Users: items.map((user) => userInList(deps, user)), ...end };
};

const changeTags = (deps: IamDeps, call: IamCall, name: string, change: (user: User) => User["tags"]) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireUser(deps, call, name);
    return { changes: [{ put: ref, document: { ...document, tags: change(document) }, expect: version }], answer: {} };
  });

export const tagUser: IamOperation<"TagUser"> = (input, call, deps) =>
  changeTags(deps, call, input.UserName, ({ tags }) => withTags(call, tags, input.Tags));

export const untagUser: IamOperation<"UntagUser"> = (input, call, deps) =>
  changeTags(deps, call, input.UserName, ({ tags }) => withoutTags(tags, input.TagKeys));

export const listUserTags: IamOperation<"ListUserTags"> = async (input, call, deps) =>
  tagPage(input, requireUser(deps, call, input.UserName).document.tags);
