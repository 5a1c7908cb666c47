import { specOf } from "../crypto/key-specs.ts";
import { privateKeyOf, publicKeyOf } from "../crypto/material.ts";
import { requireNamedKey, requireState } from "../keys/find-key.ts";
import { arnOfKey, customerMasterKeySpec } from "../keys/key.ts";
import { callerOf, type KmsOperation } from "../operation.ts";
import { requireMaterial } from "./encrypt.ts";

export const getPublicKey: KmsOperation<"GetPublicKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const finding = { state: deps.state, now: deps.clock.now() };
  const { key, alias } = requireNamedKey(finding, caller, input.KeyId, { aliases: true, otherAccounts: true });
  deps.access.require(caller, key, "GetPublicKey", { alias, grantTokens: input.GrantTokens });
  requireState(caller, key, ["Enabled"]);
  const { spec, usage } = key.document;
  const { making, encryption, signing } = specOf(spec);
  if (making.kind === "bytes") {
    throw caller.refuse(
      "UnsupportedOperationException",
      `${arnOfKey(key)} key spec is ${spec} which is not valid for GetPublicKey.`,
    );
  }
  return {
    KeyId: arnOfKey(key),
    PublicKey: publicKeyOf(privateKeyOf(requireMaterial(deps, key))),
    CustomerMasterKeySpec: customerMasterKeySpec(spec),
    KeySpec: spec,
    KeyUsage: usage,
    ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: [...encryption] }),
    ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: [...signing] }),
  };
};
