import type { Resource } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { requireNamedKey } from "../keys/find-key.ts";
import { type KmsKey, keyRef } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsOperation } from "../operation.ts";
import { stopDryRun } from "../operations/usable-key.ts";
import { findByToken, type Grant, grantRef } from "./grant.ts";

export const revokeGrant: KmsOperation<"RevokeGrant"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const finding = { state: deps.state, now: deps.clock.now() };
  const { key } = requireNamedKey(finding, caller, input.KeyId, { aliases: false, otherAccounts: true });
  deps.access.require(caller, key, "RevokeGrant", {});
  const grant = requireGrant(deps, caller, key, input.GrantId);
  stopDryRun(caller, input.DryRun);
  await deps.state.commit({ cause: causeOf(caller), changes: [{ remove: grant.ref, expect: "any" }] });
  return {};
};

export const retireGrant: KmsOperation<"RetireGrant"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const { GrantToken: token, GrantId: grantId, KeyId: keyId } = input;
  if ((token === undefined) === (grantId === undefined) || (grantId === undefined) !== (keyId === undefined)) {
    throw caller.refuse("ValidationException", "Specify either a grant token, or both a key ARN and a grant ID.");
  }
  const { key, grant } = findRetirable(deps, caller, token, keyId ?? "", grantId ?? "");
  const { retiring, grantee, operations } = grant.document;
  // Those that the grant names need no further right (KMS API reference, RetireGrant).
  const named = deps.access
    .principalsOf(caller)
    .some((arn) => arn === retiring || (arn === grantee && operations.includes("RetireGrant")));
  if (!named) deps.access.require(caller, key, "RetireGrant", {});
  stopDryRun(caller, input.DryRun);
  await deps.state.commit({ cause: causeOf(caller), changes: [{ remove: grant.ref, expect: "any" }] });
  return {};
};

function findRetirable(
  deps: KmsDeps,
  caller: Caller,
  token: string | undefined,
  keyId: string,
  grantId: string,
): { key: Resource<KmsKey>; grant: Resource<Grant> } {
  if (token === undefined) {
    if (!keyId.startsWith("arn:")) throw caller.refuse("InvalidArnException", `${keyId} is not the ARN of a key`);
    const finding = { state: deps.state, now: deps.clock.now() };
    const { key } = requireNamedKey(finding, caller, keyId, { aliases: false, otherAccounts: true });
    return { key, grant: requireGrant(deps, caller, key, grantId) };
  }
  const grant = findByToken(deps.state, token);
  const key =
    grant === undefined
      ? undefined
      : deps.state.get<KmsKey>(keyRef(grant.ref, grant.ref.key.slice(0, grant.ref.key.indexOf(":"))));
  if (grant === undefined || key === undefined || grant.ref.region !== caller.region) {
    throw caller.refuse("InvalidGrantTokenException", "The grant token is not valid.");
  }
  return { key, grant };
}

function requireGrant(deps: KmsDeps, caller: Caller, key: Resource<KmsKey>, grantId: string): Resource<Grant> {
  const grant = deps.state.get<Grant>(grantRef(key, grantId));
  if (grant === undefined) throw caller.refuse("NotFoundException", `Grant ID ${grantId} not found`);
  return grant;
}
