import { changeKey, requireOwnKey } from "../keys/change-key.ts";
import { arnOfKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsOperation } from "../operation.ts";
import { readMarker } from "../page-marker.ts";
import { checkKeyPolicy } from "./check-policy.ts";

/** The one name of a key policy (KMS API reference, GetKeyPolicy). */
const NAME = "default";

export const getKeyPolicy: KmsOperation<"GetKeyPolicy"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "GetKeyPolicy", {});
  checkName(caller, input.PolicyName);
  return { Policy: key.document.policy, PolicyName: NAME };
};

export const putKeyPolicy: KmsOperation<"PutKeyPolicy"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  deps.access.require(caller, key, "PutKeyPolicy", {
    conditions: { "kms:BypassPolicyLockoutSafetyCheck": String(bypass) },
  });
  checkName(caller, input.PolicyName);
  checkKeyPolicy(deps, caller, arnOfKey(key), input.Policy, bypass);
  await changeKey(deps, caller, input.KeyId, (document) => ({ ...document, policy: input.Policy }));
  return {};
};

export const listKeyPolicies: KmsOperation<"ListKeyPolicies"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const key = requireOwnKey(deps, caller, input.KeyId);
  deps.access.require(caller, key, "ListKeyPolicies", {});
  readMarker(caller, input.Marker);
  return { PolicyNames: [NAME], Truncated: false };
};

function checkName(caller: Caller, name: string | undefined): void {
  if (name !== undefined && name !== NAME) throw caller.refuse("NotFoundException", "No such policy exists");
}
