import { constants, privateDecrypt } from "node:crypto";
import type { Resource } from "../../../platform/state/state.ts";
import { decryptWith, readHeader } from "../crypto/ciphertext.ts";
import type { EncryptionContext } from "../crypto/encryption-context.ts";
import { openMaterial, privateKeyOf } from "../crypto/material.ts";
import { findKey, requireNamedKey } from "../keys/find-key.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsErrorName, type KmsOperation } from "../operation.ts";
import { keyMaterialId, oaepHash, refuseContext, requireMaterial } from "./encrypt.ts";
import { checkAlgorithm, checkUsable, refuseRecipient, stopDryRun } from "./usable-key.ts";

export const decrypt: KmsOperation<"Decrypt"> = async (input, call, deps) => {
  const caller = callerOf(call);
  refuseRecipient(caller, input.Recipient);
  refuseModifiers(caller, input.DryRunModifiers);
  const algorithm = input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const { key, plaintext, material } = decryptBlob(deps, caller, {
    ciphertext: requireBlob(caller, input.CiphertextBlob),
    keyId: input.KeyId,
    algorithm,
    context: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    dryRun: input.DryRun,
  });
  return {
    KeyId: arnOfKey(key),
    Plaintext: plaintext,
    EncryptionAlgorithm: algorithm,
    ...keyMaterialId(key, material),
  };
};

export interface Decryption {
  readonly ciphertext: Uint8Array;
  readonly keyId: string | undefined;
  readonly algorithm: string;
  readonly context: EncryptionContext | undefined;
  readonly grantTokens: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  /** Beside the caller's operation: ReEncrypt asks for `ReEncryptFrom`. */
  readonly action?: string;
  readonly conditions?: Readonly<Record<string, string>>;
}

export function decryptBlob(
  deps: KmsDeps,
  caller: Caller,
  { ciphertext, keyId, algorithm, context, grantTokens, dryRun, action = "Decrypt", conditions }: Decryption,
): { key: Resource<KmsKey>; plaintext: Buffer; material: number } {
  const use = {
    encryptionContext: context,
    grantTokens,
    conditions: { ...conditions, "kms:EncryptionAlgorithm": algorithm },
  };
  const finding = { state: deps.state, now: deps.clock.now() };
  const named =
    keyId === undefined ? undefined : requireNamedKey(finding, caller, keyId, { aliases: true, otherAccounts: true });
  if (algorithm !== "SYMMETRIC_DEFAULT") {
    if (named === undefined) {
      throw caller.refuse("ValidationException", "KeyId is required to decrypt with an asymmetric KMS key.");
    }
    const { key, alias } = named;
    checkUsable(deps, caller, key, "ENCRYPT_DECRYPT", { ...use, alias }, action);
    checkAlgorithm(caller, key, "encryption", algorithm);
    refuseContext(caller, context);
    stopDryRun(caller, dryRun);
    return { key, plaintext: decryptRsa(deps, caller, key, algorithm, ciphertext), material: 1 };
  }
  const header = readHeader(ciphertext);
  if (header === undefined) throw caller.refuse("InvalidCiphertextException", "");
  if (named !== undefined && (named.key.ref.key !== header.keyId || named.key.ref.account !== header.account)) {
    throw caller.refuse(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  const key = findKey(finding, { account: header.account, region: caller.region }, header.keyId);
  // Who may not use a key must not learn from its ciphertext whether the key is there.
  if (key === undefined) throw unknownKey(caller);
  try {
    deps.access.require(caller, key, action, { ...use, alias: named?.alias });
  } catch (error) {
    throw key.ref.account === caller.account ? error : unknownKey(caller);
  }
  checkUsable(deps, caller, key, "ENCRYPT_DECRYPT", { ...use, alias: named?.alias }, action);
  const material = openMaterial(deps, key, header.material);
  const plaintext = material === undefined ? undefined : decryptWith(material, ciphertext, context);
  if (plaintext === undefined) throw caller.refuse("InvalidCiphertextException", "");
  stopDryRun(caller, dryRun);
  return { key, plaintext, material: header.material };
}

const unknownKey = (caller: Caller): Error =>
  caller.refuse(
    "AccessDeniedException",
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
  );

function decryptRsa(
  deps: KmsDeps,
  caller: Caller,
  key: Resource<KmsKey>,
  algorithm: string,
  ciphertext: Uint8Array,
): Buffer {
  const privateKey = privateKeyOf(requireMaterial(deps, key));
  try {
    return privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaepHash(algorithm) },
      ciphertext,
    );
  } catch {
    // Every failure looks the same from outside: what OAEP says in detail would help who tries out ciphertexts.
    throw caller.refuse("InvalidCiphertextException" satisfies KmsErrorName, "");
  }
}

export function requireBlob(caller: Caller, blob: Uint8Array | undefined): Uint8Array {
  if (blob === undefined) throw caller.refuse("ValidationException", "CiphertextBlob is required.");
  return blob;
}

/** Without the ciphertext it is not known which key is asked for. */
export function refuseModifiers(caller: Caller, modifiers: readonly string[] | undefined): void {
  if (modifiers !== undefined && modifiers.length > 0) {
    throw caller.refuse("UnsupportedOperationException", "Nephoscope does not take DryRunModifiers: leave them out.");
  }
}
