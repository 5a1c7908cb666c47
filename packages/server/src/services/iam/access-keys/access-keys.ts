import type { AccessKey } from "../../../platform/identity/documents.ts";
import { lastUseRef } from "../../../platform/identity/key-use.ts";
import { newAccessKey } from "../../../platform/identity/new-key.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireUserOrCaller } from "../find.ts";
import { type IamCall, type IamDeps, type IamOperation, validationError } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { checkQuota, QUOTAS } from "../quotas.ts";
import { keysOf } from "../users/users.ts";

/** Whose keys an operation is about: a user's, or without a name the caller's, who may be the root user. */
function ownerOf(deps: IamDeps, call: IamCall, name: string | undefined) {
  if (name === undefined && call.principal.type === "Root") {
    // Lists of the root user's keys name nobody; an answer with a new key has to name somebody.
    return { owner: call.account, userId: undefined, name: call.account, shown: {} };
  }
  const { document } = requireUserOrCaller(deps, call, name);
  return { owner: document.id, userId: document.id, name: document.name, shown: { UserName: document.name } };
}

function requireKey(deps: IamDeps, call: IamCall, name: string | undefined, id: string): Resource<AccessKey> {
  const { owner } = ownerOf(deps, call, name);
  const key = deps.identity.directory.accessKeys.get("", id);
  if (key !== undefined && key.document.account === call.account && (key.document.user ?? call.account) === owner) {
    return key;
  }
  throw call.error("NoSuchEntityException", `The Access Key with id ${id} cannot be found.`);
}

export const createAccessKey: IamOperation<"CreateAccessKey"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { owner, userId, name } = ownerOf(deps, call, input.UserName);
    const keys = keysOf(deps.identity.directory, owner);
    checkQuota(call, "AccessKeysPerUser", QUOTAS.AccessKeysPerUser, keys.length);
    const now = deps.clock.now();
    const { pair, change } = newAccessKey(deps.box, call.account, userId, now);
    return {
      changes: [change],
      answer: {
        AccessKey: {
          UserName: name,
          AccessKeyId: pair.accessKeyId,
          Status: "Active" as const,
          SecretAccessKey: pair.secretAccessKey,
          CreateDate: new Date(now),
        },
      },
    };
  });

export const listAccessKeys: IamOperation<"ListAccessKeys"> = async (input, call, deps) => {
  const { owner, shown } = ownerOf(deps, call, input.UserName);
  const keys = keysOf(deps.identity.directory, owner);
  const { items, end } = pageOf(input, keys, ({ ref }) => ref.key);
  return {
    AccessKeyMetadata: items.map(({ ref, document }) => ({
      ...shown,
      AccessKeyId: ref.key,
      Status: document.status,
      CreateDate: new Date(document.createdAt),
    })),
    ...end,
  };
};

export const updateAccessKey: IamOperation<"UpdateAccessKey"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version, document } = requireKey(deps, call, input.UserName, input.AccessKeyId);
    if (input.Status === "Expired") {
      throw validationError("A key is made Active or Inactive; it expires by itself.");
    }
    const changed: AccessKey = { ...document, status: input.Status };
    return { changes: [{ put: ref, document: changed, expect: version }], answer: {} };
  });

export const deleteAccessKey: IamOperation<"DeleteAccessKey"> = (input, call, deps) =>
  deps.commit(call, () => {
    const { ref, version } = requireKey(deps, call, input.UserName, input.AccessKeyId);
    deps.identity.uses.forget(ref.key);
    return {
      changes: [
        { remove: ref, expect: version },
        { remove: lastUseRef(ref.key), expect: "any" },
      ],
      answer: {},
    };
  });

export const getAccessKeyLastUsed: IamOperation<"GetAccessKeyLastUsed"> = async (input, call, deps) => {
  const { directory, uses } = deps.identity;
  const key = directory.accessKeys.get("", input.AccessKeyId);
  // A key of another account is not there for this one.
  if (key?.document.account !== call.account) {
    throw call.error("AccessDeniedException", `There is no access key ${input.AccessKeyId} in this account.`);
  }
  const userId = key.document.user;
  const user = userId === undefined ? undefined : directory.users.byId(userId);
  const use = uses.of(input.AccessKeyId);
  return {
    UserName: user?.document.name ?? call.account,
    AccessKeyLastUsed:
      use === undefined
        ? { ServiceName: "N/A", Region: "N/A", LastUsedDate: undefined }
        : { ServiceName: use.service, Region: use.region, LastUsedDate: new Date(use.at) },
  };
};
