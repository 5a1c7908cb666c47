import { groupArn } from "../../../platform/identity/arns.ts";
import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { Group, User } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { membersOf, requireGroup, requireUser } from "../find.ts";
import type { IamOperation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { userInList } from "../users/user-answer.ts";

export const groupAnswer = ({ ref, document }: Pick<Resource<Group>, "ref" | "document">) => ({
  Path: document.path,
  GroupName: document.name,
  GroupId: document.id,
  Arn: groupArn(ref.account, document),
  CreateDate: new Date(document.createdAt),
});

export const createGroup: IamOperation<"CreateGroup"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { groups } = deps.identity.directory;
    const name = input.GroupName;
    const ref = refOn(groups, call.account, keyOfName(name));
    if (groups.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Group with name ${name} already exists.`);
    }
    checkQuota(call, "GroupsPerAccount", QUOTAS.Groups, groups.list(call.account).length);
    const document: Group = {
      name,
      path: input.Path ?? "/",
      id: newUniqueId("AGPA"),
      createdAt: deps.clock.now(),
      inline: {},
      attached: [],
    };
    return { changes: [{ put: ref, document, expect: "absent" }], answer: { Group: groupAnswer({ ref, document }) } };
  });

export const getGroup: IamOperation<"GetGroup"> = async (input, call, deps) => {
  const group = requireGroup(deps, call, input.GroupName);
  const members = membersOf(deps.identity.directory, call.account, group.document.id);
  const { items, end } = pageOf(input, members, ({ ref }) => ref.key);
  return { Group: groupAnswer(group), Users: items.map((user) => userInList(deps, user)), ...end };
};

export const updateGroup: IamOperation<"UpdateGroup"> = (input, call, deps) =>
  deps.commit(call, () => {
    const group = requireGroup(deps, call, input.GroupName);
    const { groups } = deps.identity.directory;
    const name = input.NewGroupName ?? group.document.name;
    const key = keyOfName(name);
    const document: Group = { ...group.document, name, path: input.NewPath ?? group.document.path };
    if (key === group.ref.key) return { changes: [{ put: group.ref, document, expect: group.version }], answer: {} };
    if (groups.get(call.account, key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Group with name ${name} already exists.`);
    }
    return {
      changes: [
        { put: refOn(groups, call.account, key), document, expect: "absent" },
        { remove: group.ref, expect: group.version },
      ],
      answer: {},
    };
  });

export const deleteGroup: IamOperation<"DeleteGroup"> = (input, call, deps) =>
  deps.commit(call, () => {
    const group = requireGroup(deps, call, input.GroupName);
    const { id, inline, attached } = group.document;
    const conflict = (what: string) =>
      call.error("DeleteConflictException", `Cannot delete entity, must ${what} first.`);
    if (membersOf(deps.identity.directory, call.account, id).length > 0) throw conflict("remove users from group");
    if (Object.keys(inline).length > 0) throw conflict("delete policies");
    if (attached.length > 0) throw conflict("detach all policies");
    return { changes: [{ remove: group.ref, expect: group.version }], answer: {} };
  });

export const listGroups: IamOperation<"ListGroups"> = async (input, call, deps) => {
  const prefix = input.PathPrefix ?? "/";
  const found = deps.identity.directory.groups
    .list(call.account)
    .filter(({ document }) => document.path.startsWith(prefix));
  const { items, end } = pageOf(input, found, ({ ref }) => ref.key);
  return { Groups: items.map(groupAnswer), ...end };
};

export const addUserToGroup: IamOperation<"AddUserToGroup"> = (input, call, deps) =>
  deps.commit(call, () => {
    const group = requireGroup(deps, call, input.GroupName);
    const user = requireUser(deps, call, input.UserName);
    const { groups } = user.document;
    if (groups.includes(group.document.id)) return { changes: [], answer: {} };
    checkQuota(call, "GroupsPerUser", QUOTAS.GroupsPerUser, groups.length);
    const document: User = { ...user.document, groups: [...groups, group.document.id] };
    return { changes: [{ put: user.ref, document, expect: user.version }], answer: {} };
  });

export const removeUserFromGroup: IamOperation<"RemoveUserFromGroup"> = (input, call, deps) =>
  deps.commit(call, () => {
    const group = requireGroup(deps, call, input.GroupName);
    const user = requireUser(deps, call, input.UserName);
    const groups = user.document.groups.filter((id) => id !== group.document.id);
    if (groups.length === user.document.groups.length) {
      throw call.error(
        "NoSuchEntityException",
        `User ${user.document.name} is not a member of group ${group.document.name}.`,
      );
    }
    const document: User = { ...user.document, groups };
    return { changes: [{ put: user.ref, document, expect: user.version }], answer: {} };
  });

export const listGroupsForUser: IamOperation<"ListGroupsForUser"> = async (input, call, deps) => {
  const { document } = requireUser(deps, call, input.UserName);
  const groups = document.groups
    .flatMap((id) => deps.identity.directory.groups.byId(id) ?? [])
    .sort((a, b) => (a.ref.key < b.ref.key ? -1 : 1));
  const { items, end } = pageOf(input, groups, ({ ref }) => ref.key);
  return { Groups: items.map(groupAnswer), ...end };
};
