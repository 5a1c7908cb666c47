import { arnOfKey, materialId } from "../keys/key.ts";
import { callerOf, type KmsOperation } from "../operation.ts";
import { decryptBlob, refuseModifiers, requireBlob } from "./decrypt.ts";
import { encryptWithKey } from "./encrypt.ts";
import { checkAlgorithm, requireUsableKey, stopDryRun } from "./usable-key.ts";

export const reEncrypt: KmsOperation<"ReEncrypt"> = async (input, call, deps) => {
  const caller = callerOf(call);
  refuseModifiers(caller, input.DryRunModifiers);
  const sourceAlgorithm = input.SourceEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const algorithm = input.DestinationEncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const source = decryptBlob(deps, caller, {
    ciphertext: requireBlob(caller, input.CiphertextBlob),
    keyId: input.SourceKeyId,
    algorithm: sourceAlgorithm,
    context: input.SourceEncryptionContext,
    grantTokens: input.GrantTokens,
    action: "ReEncryptFrom",
  });
  const key = requireUsableKey(
    deps,
    caller,
    input.DestinationKeyId,
    "ENCRYPT_DECRYPT",
    {
      encryptionContext: input.DestinationEncryptionContext,
      grantTokens: input.GrantTokens,
      conditions: { "kms:EncryptionAlgorithm": algorithm },
    },
    "ReEncryptTo",
  );
  checkAlgorithm(caller, key, "encryption", algorithm);
  stopDryRun(caller, input.DryRun);
  const blob = encryptWithKey(deps, caller, key, algorithm, input.DestinationEncryptionContext, source.plaintext);
  const from = materialId(source.key, source.material);
  const to = materialId(key, key.document.materials.at(-1)?.number ?? 0);
  return {
    CiphertextBlob: blob,
    SourceKeyId: arnOfKey(source.key),
    KeyId: arnOfKey(key),
    SourceEncryptionAlgorithm: sourceAlgorithm,
    DestinationEncryptionAlgorithm: algorithm,
    ...(from !== undefined && { SourceKeyMaterialId: from }),
    ...(to !== undefined && { DestinationKeyMaterialId: to }),
  };
};
