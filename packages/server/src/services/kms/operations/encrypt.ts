import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import type { Resource } from "../../../platform/state/state.ts";
import { encryptWith } from "../crypto/ciphertext.ts";
import type { EncryptionContext } from "../crypto/encryption-context.ts";
import { type EncryptionAlgorithm, specOf } from "../crypto/key-specs.ts";
import { openMaterial, privateKeyOf } from "../crypto/material.ts";
import { arnOfKey, currentMaterial, type KmsKey, materialId } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsOperation } from "../operation.ts";
import { checkAlgorithm, requireUsableKey, stopDryRun } from "./usable-key.ts";

export const encrypt: KmsOperation<"Encrypt"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const algorithm = input.EncryptionAlgorithm ?? "SYMMETRIC_DEFAULT";
  const key = requireUsableKey(deps, caller, input.KeyId, "ENCRYPT_DECRYPT", {
    encryptionContext: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    conditions: { "kms:EncryptionAlgorithm": algorithm },
  });
  checkAlgorithm(caller, key, "encryption", algorithm);
  stopDryRun(caller, input.DryRun);
  return {
    CiphertextBlob: encryptWithKey(deps, caller, key, algorithm, input.EncryptionContext, input.Plaintext),
    KeyId: arnOfKey(key),
    EncryptionAlgorithm: algorithm,
  };
};

/** What OAEP takes of a block: the hash twice, and two bytes (RFC 8017, section 7.1.1). */
const OAEP_HASH_BYTES = { RSAES_OAEP_SHA_1: 20, RSAES_OAEP_SHA_256: 32 } as const;

export const oaepHash = (algorithm: string): string => (algorithm === "RSAES_OAEP_SHA_1" ? "sha1" : "sha256");

/** Encrypts with the current material of a key that the caller may use so. `algorithm` is one of the key's. */
export function encryptWithKey(
  deps: Pick<KmsDeps, "state" | "box">,
  caller: Caller,
  key: Resource<KmsKey>,
  algorithm: string,
  context: EncryptionContext | undefined,
  plaintext: Uint8Array,
): Buffer {
  const number = currentMaterial(key);
  const material = requireMaterial(deps, key, number);
  if (algorithm === ("SYMMETRIC_DEFAULT" satisfies EncryptionAlgorithm)) {
    return encryptWith(
      material,
      { account: key.ref.account, keyId: key.ref.key, material: number },
      context,
      plaintext,
    );
  }
  const { making } = specOf(key.document.spec);
  refuseContext(caller, context);
  const hash = algorithm === "RSAES_OAEP_SHA_1" ? "RSAES_OAEP_SHA_1" : "RSAES_OAEP_SHA_256";
  const most = making.kind === "rsa" ? making.bits / 8 - 2 * OAEP_HASH_BYTES[hash] - 2 : 0;
  if (plaintext.byteLength > most) {
    throw caller.refuse(
      "ValidationException",
      `Algorithm ${algorithm} and key spec ${key.document.spec} cannot encrypt data larger than ${most} bytes.`,
    );
  }
  const publicKey = createPublicKey(privateKeyOf(material));
  return publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaepHash(algorithm) },
    plaintext,
  );
}

/** An asymmetric encryption authenticates nothing, so a context would bind nothing. */
export function refuseContext(caller: Caller, context: EncryptionContext | undefined): void {
  if (context !== undefined && Object.keys(context).length > 0) {
    throw caller.refuse(
      "InvalidCiphertextException",
      "EncryptionContext can't be used with an asymmetric encryption algorithm.",
    );
  }
}

/** The material of a key that is there; missing, the state store is broken. */
export function requireMaterial(
  deps: Pick<KmsDeps, "state" | "box">,
  key: Resource<KmsKey>,
  number: number = currentMaterial(key),
): Buffer {
  const material = openMaterial(deps, key, number);
  if (material === undefined) throw new Error(`the key ${arnOfKey(key)} has lost its material ${number}`);
  return material;
}

/** The id of the material that encrypts now, as a member of an answer. */
export function keyMaterialId(key: Resource<KmsKey>, number: number = currentMaterial(key)) {
  const id = materialId(key, number);
  return id === undefined ? {} : { KeyMaterialId: id };
}
