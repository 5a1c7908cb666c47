import { randomBytes } from "node:crypto";
import type { Resource } from "../../../platform/state/state.ts";
import { isKeySpec, specOf } from "../crypto/key-specs.ts";
import { makeKeyPair, publicKeyOf } from "../crypto/material.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsInput, type KmsOperation } from "../operation.ts";
import { encryptWithKey, keyMaterialId } from "./encrypt.ts";
import { refuseRecipient, requireUsableKey, stopDryRun } from "./usable-key.ts";

export const generateDataKey: KmsOperation<"GenerateDataKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  refuseRecipient(caller, input.Recipient);
  const { key, plaintext, blob } = makeDataKey(deps, caller, input);
  return { CiphertextBlob: blob, Plaintext: plaintext, KeyId: arnOfKey(key), ...keyMaterialId(key) };
};

export const generateDataKeyWithoutPlaintext: KmsOperation<"GenerateDataKeyWithoutPlaintext"> = async (
  input,
  call,
  deps,
) => {
  const { key, blob } = makeDataKey(deps, callerOf(call), input);
  return { CiphertextBlob: blob, KeyId: arnOfKey(key), ...keyMaterialId(key) };
};

function makeDataKey(
  deps: KmsDeps,
  caller: Caller,
  input: Omit<KmsInput<"GenerateDataKeyWithoutPlaintext">, "Recipient">,
): { key: Resource<KmsKey>; plaintext: Buffer; blob: Buffer } {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw caller.refuse("ValidationException", "Please specify either number of bytes or key spec.");
  }
  const key = requireSymmetric(deps, caller, input);
  stopDryRun(caller, input.DryRun);
  const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === "AES_128" ? 16 : 32));
  const blob = encryptWithKey(deps, caller, key, "SYMMETRIC_DEFAULT", input.EncryptionContext, plaintext);
  return { key, plaintext, blob };
}

export const generateDataKeyPair: KmsOperation<"GenerateDataKeyPair"> = async (input, call, deps) => {
  const caller = callerOf(call);
  refuseRecipient(caller, input.Recipient);
  const { plaintext, ...pair } = await makeDataKeyPair(deps, caller, input);
  return { ...pair, PrivateKeyPlaintext: plaintext };
};

export const generateDataKeyPairWithoutPlaintext: KmsOperation<"GenerateDataKeyPairWithoutPlaintext"> = async (
  input,
  call,
  deps,
) => {
  const { plaintext: _, ...pair } = await makeDataKeyPair(deps, callerOf(call), input);
  return pair;
};

async function makeDataKeyPair(deps: KmsDeps, caller: Caller, input: KmsInput<"GenerateDataKeyPairWithoutPlaintext">) {
  const spec: string = input.KeyPairSpec;
  const making = isKeySpec(spec) ? specOf(spec).making : undefined;
  if (making === undefined || making.kind === "bytes") {
    throw caller.refuse("UnsupportedOperationException", `Nephoscope makes no key pairs of the spec ${spec}.`);
  }
  const key = requireSymmetric(deps, caller, input, { "kms:DataKeyPairSpec": spec });
  stopDryRun(caller, input.DryRun);
  const privateKey = await makeKeyPair(making);
  const plaintext = privateKey.export({ type: "pkcs8", format: "der" });
  return {
    plaintext,
    PrivateKeyCiphertextBlob: encryptWithKey(
      deps,
      caller,
      key,
      "SYMMETRIC_DEFAULT",
      input.EncryptionContext,
      plaintext,
    ),
    PublicKey: publicKeyOf(privateKey),
    KeyId: arnOfKey(key),
    KeyPairSpec: input.KeyPairSpec,
    ...keyMaterialId(key),
  };
}

/** Data keys are encrypted with symmetric keys alone. */
function requireSymmetric(
  deps: KmsDeps,
  caller: Caller,
  input: Pick<KmsInput<"GenerateDataKeyWithoutPlaintext">, "KeyId" | "EncryptionContext" | "GrantTokens">,
  conditions: Readonly<Record<string, string>> = {},
): Resource<KmsKey> {
  const key = requireUsableKey(deps, caller, input.KeyId, "ENCRYPT_DECRYPT", {
    encryptionContext: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    conditions: { ...conditions, "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" },
  });
  if (key.document.spec === "SYMMETRIC_DEFAULT") return key;
  throw caller.refuse(
    "InvalidKeyUsageException",
    `${arnOfKey(key)} key spec is ${key.document.spec} which is not valid for ${caller.operation}.`,
  );
}
