import type { Resource } from "../../../platform/state/state.ts";
import { changeDocument } from "../commit.ts";
import { type Caller, callerOf, type KmsDeps, type KmsOperation } from "../operation.ts";
import { requireNamedKey, requireState } from "./find-key.ts";
import { arnOfKey, type KmsKey, keyState } from "./key.ts";

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

/** A key of the caller's account by its id or ARN. */
export function requireOwnKey(deps: KmsDeps, caller: Caller, keyId: string): Resource<KmsKey> {
  const finding = { state: deps.state, now: deps.clock.now() };
  return requireNamedKey(finding, caller, keyId, { aliases: false, otherAccounts: false }).key;
}

/** Changes a key that is not going to be deleted. */
export async function changeKey(
  deps: KmsDeps,
  caller: Caller,
  keyId: string,
  change: (document: Readonly<KmsKey>, key: Resource<KmsKey>) => KmsKey,
  allowed: readonly ("Enabled" | "Disabled")[] = ["Enabled", "Disabled"],
): Promise<void> {
  const find = () => {
    const key = requireOwnKey(deps, caller, keyId);
    requireState(caller, key, allowed);
    if (key.document.manager === "AWS") {
      throw caller.refuse(
        "UnsupportedOperationException",
        `${arnOfKey(key)} belongs to a service, which alone changes it.`,
      );
    }
    return key;
  };
  await changeDocument<KmsKey>(deps, caller, find, (document) => change(document, find()));
}

export const enableKey: KmsOperation<"EnableKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  deps.access.require(caller, requireOwnKey(deps, caller, input.KeyId), "EnableKey", {});
  await changeKey(deps, caller, input.KeyId, (document) => ({ ...document, enabled: true }));
  return {};
};

export const disableKey: KmsOperation<"DisableKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  deps.access.require(caller, requireOwnKey(deps, caller, input.KeyId), "DisableKey", {});
  await changeKey(deps, caller, input.KeyId, (document) => ({ ...document, enabled: false }));
  return {};
};

export const updateKeyDescription: KmsOperation<"UpdateKeyDescription"> = async (input, call, deps) => {
  const caller = callerOf(call);
  deps.access.require(caller, requireOwnKey(deps, caller, input.KeyId), "UpdateKeyDescription", {});
  await changeKey(deps, caller, input.KeyId, (document) => ({ ...document, description: input.Description }));
  return {};
};

export const scheduleKeyDeletion: KmsOperation<"ScheduleKeyDeletion"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const windowDays = input.PendingWindowInDays ?? DEFAULT_WINDOW_DAYS;
  // The range of the API reference; the model has a wider one.
  if (windowDays < 7 || windowDays > 30) {
    throw caller.refuse("ValidationException", "PendingWindowInDays must be between 7 and 30.");
  }
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "ScheduleKeyDeletion", {
    conditions: { "kms:ScheduleKeyDeletionPendingWindowInDays": String(windowDays) },
  });
  const at = deps.clock.now() + windowDays * DAY_MS;
  await changeKey(deps, caller, input.KeyId, (document) => ({ ...document, deletion: { at, windowDays } }));
  return {
    KeyId: arnOfKey(key),
    DeletionDate: new Date(at),
    KeyState: "PendingDeletion",
    PendingWindowInDays: windowDays,
  };
};

export const cancelKeyDeletion: KmsOperation<"CancelKeyDeletion"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "CancelKeyDeletion", {});
  await changeDocument<KmsKey>(
    deps,
    caller,
    () => {
      const found = requireOwnKey(deps, caller, input.KeyId);
      if (keyState(found.document) === "PendingDeletion") return found;
      throw caller.refuse("KMSInvalidStateException", `${arnOfKey(found)} is not pending deletion.`);
    },
    ({ deletion: _, ...document }) => ({ ...document, enabled: false }),
  );
  return { KeyId: arnOfKey(key) };
};
