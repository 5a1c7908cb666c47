import { instanceProfileArn } from "../../../platform/identity/arns.ts";
import { keyOfName, refOn } from "../../../platform/identity/directory.ts";
import type { InstanceProfile } from "../../../platform/identity/documents.ts";
import { newUniqueId } from "../../../platform/identity/key-ids.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireRole } from "../find.ts";
import type { IamCall, IamDeps, IamOperation } from "../operation.ts";
import { type Paging, pageOf } from "../pages.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { roleInList } from "../roles/role-answer.ts";
import { newTags, tagPage, tagsMember, withoutTags, withTags } from "../tags/tags.ts";

type Shown = Pick<Resource<InstanceProfile>, "ref" | "document">;

export function profileInAnswer(deps: Pick<IamDeps, "identity">, { ref, document }: Shown) {
  const role = document.role === undefined ? undefined : deps.identity.directory.roles.byId(document.role);
  return {
    Path: document.path,
    InstanceProfileName: document.name,
    InstanceProfileId: document.id,
    Arn: instanceProfileArn(ref.account, document),
    CreateDate: new Date(document.createdAt),
    Roles: role === undefined ? [] : [roleInList(deps, role)],
    ...tagsMember(document.tags),
  };
}

function requireProfile({ identity }: IamDeps, call: IamCall, name: string): Resource<InstanceProfile> {
  const profile = identity.directory.instanceProfiles.get(call.account, keyOfName(name));
  if (profile !== undefined) return profile;
  throw call.error("NoSuchEntityException", `Instance Profile ${name} cannot be found.`);
}

const changeProfile = (
  deps: IamDeps,
  call: IamCall,
  name: string,
  change: (profile: InstanceProfile) => InstanceProfile,
) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireProfile(deps, call, name);
    return { changes: [{ put: ref, document: change(document), expect: version }], answer: {} };
  });

export const createInstanceProfile: IamOperation<"CreateInstanceProfile"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { instanceProfiles } = deps.identity.directory;
    const name = input.InstanceProfileName;
    const ref = refOn(instanceProfiles, call.account, keyOfName(name));
    if (instanceProfiles.get(call.account, ref.key) !== undefined) {
      throw call.error("EntityAlreadyExistsException", `Instance Profile ${name} already exists.`);
    }
    checkQuota(call, "InstanceProfilesPerAccount", QUOTAS.InstanceProfiles, instanceProfiles.list(call.account).length);
    const document: InstanceProfile = {
      name,
      path: input.Path ?? "/",
      id: newUniqueId("AIPA"),
      createdAt: deps.clock.now(),
      tags: newTags(call, input.Tags),
    };
    return {
      changes: [{ put: ref, document, expect: "absent" }],
      answer: { InstanceProfile: profileInAnswer(deps, { ref, document }) },
    };
  });

export const getInstanceProfile: IamOperation<"GetInstanceProfile"> = async (input, call, deps) => ({
  InstanceProfile: profileInAnswer(deps, requireProfile(deps, call, input.InstanceProfileName)),
});

export const deleteInstanceProfile: IamOperation<"DeleteInstanceProfile"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireProfile(deps, call, input.InstanceProfileName);
    if (document.role !== undefined) {
      throw call.error(
        "DeleteConflictException",
        "Cannot delete entity, must remove roles from instance profile first.",
      );
    }
    return { changes: [{ remove: ref, expect: version }], answer: {} };
  });

const profilePage = (deps: IamDeps, paging: Paging, found: readonly Resource<InstanceProfile>[]) => {
  const { items, end } = pageOf(paging, found, ({ ref }) => ref.key);
  return { InstanceProfiles: items.map((profile) => profileInAnswer(deps, profile)), ...end };
};

export const listInstanceProfiles: IamOperation<"ListInstanceProfiles"> = async (input, call, deps) => {
  const all = deps.identity.directory.instanceProfiles.list(call.account);
  const prefix = input.PathPrefix ?? "/";
  const found = all.filter(({ document }) => document.path.startsWith(prefix));
  return profilePage(deps, input, found);
};

export const listInstanceProfilesForRole: IamOperation<"ListInstanceProfilesForRole"> = async (input, call, deps) => {
  const { id } = requireRole(deps, call, input.RoleName).document;
  const all = deps.identity.directory.instanceProfiles.list(call.account);
  const found = all.filter(({ document }) => document.role === id);
  return profilePage(deps, input, found);
};

export const addRoleToInstanceProfile: IamOperation<"AddRoleToInstanceProfile"> = (input, call, deps) =>
  changeProfile(deps, call, input.InstanceProfileName, (profile) => {
    const { id } = requireRole(deps, call, input.RoleName).document;
    // An instance profile has one role (IAM user guide, "IAM and AWS STS quotas").
    checkQuota(call, "InstanceSessionsPerInstanceProfile", 1, profile.role === undefined ? 0 : 1);
    return { ...profile, role: id };
  });

export const removeRoleFromInstanceProfile: IamOperation<"RemoveRoleFromInstanceProfile"> = (input, call, deps) =>
  changeProfile(deps, call, input.InstanceProfileName, ({ role, ...profile }) => {
    const { id, name } = requireRole(deps, call, input.RoleName).document;
    if (role !== id) {
      throw call.error(
        "NoSuchEntityException",
        `The role ${name} is not in the instance profile ${input.InstanceProfileName}.`,
      );
    }
    return profile;
  });

export const tagInstanceProfile: IamOperation<"TagInstanceProfile"> = (input, call, deps) =>
  changeProfile(deps, call, input.InstanceProfileName, (profile) => ({
    ...profile,
    tags: withTags(call, profile.tags, input.Tags),
  }));

export const untagInstanceProfile: IamOperation<"UntagInstanceProfile"> = (input, call, deps) =>
  changeProfile(deps, call, input.InstanceProfileName, (profile) => ({
    ...profile,
    tags: withoutTags(profile.tags, input.TagKeys),
  }));

export const listInstanceProfileTags: IamOperation<"ListInstanceProfileTags"> = async (input, call, deps) =>
  tagPage(input, requireProfile(deps, call, input.InstanceProfileName).document.tags);
