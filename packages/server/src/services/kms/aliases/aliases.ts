import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf, changeDocument } from "../commit.ts";
import { requireNamedKey, requireState } from "../keys/find-key.ts";
import type { KmsKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsOperation } from "../operation.ts";
import { pageOf, readMarker } from "../page-marker.ts";
import { ALIAS_KIND, aliasArn, aliasRef, type KeyAlias } from "./alias.ts";

/** Aliases of one key (KMS developer guide, "Resource quotas"). */
const MAX_ALIASES = 50;
const DEFAULT_LIMIT = 50;

export const createAlias: KmsOperation<"CreateAlias"> = async (input, call, deps) => {
  const caller = callerOf(call);
  checkName(caller, input.AliasName);
  authorizeAlias(deps, caller, input.AliasName, [requireTarget(deps, caller, input.TargetKeyId)]);
  const now = deps.clock.now();
  await againOnConflict(caller, () => {
    const key = requireTarget(deps, caller, input.TargetKeyId);
    requireState(caller, key, ["Enabled", "Disabled"]);
    const ref = aliasRef(caller, input.AliasName);
    if (deps.state.get(ref) !== undefined) {
      throw caller.refuse(
        "AlreadyExistsException",
        `An alias with the name ${aliasArn(caller, input.AliasName)} already exists`,
      );
    }
    if (aliasesOf(deps, key).length >= MAX_ALIASES) {
      throw caller.refuse(
        "LimitExceededException",
        `The key ${key.ref.key} has ${MAX_ALIASES} aliases, as many as it may.`,
      );
    }
    const document: KeyAlias = { keyId: key.ref.key, createdAt: now, updatedAt: now };
    return deps.state.commit({
      cause: causeOf(caller),
      changes: [
        { put: ref, document, expect: "absent" },
        // So that the key has not gone or got other aliases meanwhile.
        { put: key.ref, document: key.document, expect: key.version },
      ],
    });
  });
  return {};
};

export const updateAlias: KmsOperation<"UpdateAlias"> = async (input, call, deps) => {
  const caller = callerOf(call);
  checkName(caller, input.AliasName);
  const before = requireAlias(deps, caller, input.AliasName);
  const now = deps.clock.now();
  const old = deps.state.get<KmsKey>({ ...before.ref, kind: "kms.key", key: before.document.keyId });
  const key = requireTarget(deps, caller, input.TargetKeyId);
  authorizeAlias(deps, caller, input.AliasName, old === undefined ? [key] : [old, key]);
  requireState(caller, key, ["Enabled", "Disabled"]);
  if (old !== undefined && (old.document.spec !== key.document.spec || old.document.usage !== key.document.usage)) {
    throw caller.refuse(
      "ValidationException",
      "The current and new KMS key must be the same type (both symmetric or both asymmetric or both HMAC), and must have the same key usage.",
    );
  }
  await changeDocument<KeyAlias>(
    deps,
    caller,
    () => requireAlias(deps, caller, input.AliasName),
    (document) => ({ ...document, keyId: key.ref.key, updatedAt: now }),
  );
  return {};
};

export const deleteAlias: KmsOperation<"DeleteAlias"> = async (input, call, deps) => {
  const caller = callerOf(call);
  checkName(caller, input.AliasName);
  const alias = requireAlias(deps, caller, input.AliasName);
  const key = deps.state.get<KmsKey>({ ...alias.ref, kind: "kms.key", key: alias.document.keyId });
  authorizeAlias(deps, caller, input.AliasName, key === undefined ? [] : [key]);
  await deps.state.commit({ cause: causeOf(caller), changes: [{ remove: alias.ref, expect: "any" }] });
  return {};
};

export const listAliases: KmsOperation<"ListAliases"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const limit = input.Limit ?? DEFAULT_LIMIT;
  const after = readMarker(caller, input.Marker);
  const { account, region } = caller;
  const list = (most?: number) =>
    deps.state.list<KeyAlias>({ kind: ALIAS_KIND, account, region, after, ...(most !== undefined && { limit: most }) });
  let found: Resource<KeyAlias>[];
  if (input.KeyId === undefined) {
    deps.access.requireForAccount(caller, "ListAliases");
    found = list(limit + 1);
  } else {
    const key = requireTarget(deps, caller, input.KeyId);
    deps.access.requireForAccount(caller, "ListAliases");
    found = list().filter(({ document }) => document.keyId === key.ref.key);
  }
  const { items, ...page } = pageOf(found, limit, ({ ref }) => ref.key);
  return {
    Aliases: items.map(({ ref, document }) => ({
      AliasName: ref.key,
      AliasArn: aliasArn(ref, ref.key),
      TargetKeyId: document.keyId,
      CreationDate: new Date(document.createdAt),
      LastUpdatedDate: new Date(document.updatedAt),
    })),
    ...page,
  };
};

export function aliasesOf({ state }: Pick<KmsDeps, "state">, { ref }: Resource<KmsKey>): Resource<KeyAlias>[] {
  const { account, region, key } = ref;
  return state.list<KeyAlias>({ kind: ALIAS_KIND, account, region }).filter(({ document }) => document.keyId === key);
}

function requireTarget(deps: KmsDeps, caller: Caller, keyId: string): Resource<KmsKey> {
  if (keyId.startsWith("alias/") || /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(keyId)) {
    throw caller.refuse("ValidationException", "Aliases must refer to keys. Not aliases");
  }
  const finding = { state: deps.state, now: deps.clock.now() };
  return requireNamedKey(finding, caller, keyId, { aliases: false, otherAccounts: false }).key;
}

function requireAlias({ state }: KmsDeps, caller: Caller, name: string): Resource<KeyAlias> {
  const alias = state.get<KeyAlias>(aliasRef(caller, name));
  if (alias === undefined) throw caller.refuse("NotFoundException", `Alias ${aliasArn(caller, name)} is not found.`);
  return alias;
}

function checkName(caller: Caller, name: string): void {
  if (!name.startsWith("alias/")) {
    throw caller.refuse(
      "ValidationException",
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  // Those belong to services.
  if (name.startsWith("alias/aws/")) {
    throw caller.refuse("InvalidAliasNameException", `${name} is reserved: alias/aws/ is for the keys of services`);
  }
  if (!/^alias\/[A-Za-z0-9/_-]+$/.test(name)) {
    throw caller.refuse("InvalidAliasNameException", `${name} contains invalid characters for an alias`);
  }
}

/** Who changes an alias needs the right for the alias and for each key (KMS developer guide, "Controlling access to aliases"). */
function authorizeAlias(deps: KmsDeps, caller: Caller, name: string, keys: readonly Resource<KmsKey>[]): void {
  deps.access.requireByIdentity(caller, caller.operation, aliasArn(caller, name));
  for (const key of keys) deps.access.require(caller, key, caller.operation, {});
}
