import { createPublicKey, type KeyObject } from "node:crypto";
import { type SigningAlgorithm, specOf } from "../crypto/key-specs.ts";
import { privateKeyOf } from "../crypto/material.ts";
import { digestBytes, isSignature, makeSignature, type Signable } from "../crypto/signatures.ts";
import { arnOfKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsInput, type KmsOperation } from "../operation.ts";
import { requireMaterial } from "./encrypt.ts";
import { checkAlgorithm, requireUsableKey, stopDryRun } from "./usable-key.ts";

export const sign: KmsOperation<"Sign"> = async (input, call, deps) => {
  const { arn, privateKey, algorithm, signable } = prepare(deps, callerOf(call), input);
  return {
    KeyId: arn,
    Signature: makeSignature(privateKey, algorithm, signable),
    SigningAlgorithm: input.SigningAlgorithm,
  };
};

export const verify: KmsOperation<"Verify"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const { arn, privateKey, algorithm, signable } = prepare(deps, caller, input);
  if (!isSignature(createPublicKey(privateKey), algorithm, signable, input.Signature)) {
    throw caller.refuse("KMSInvalidSignatureException", "");
  }
  return { KeyId: arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
};

interface Prepared {
  readonly arn: string;
  readonly privateKey: KeyObject;
  readonly algorithm: SigningAlgorithm;
  readonly signable: Signable;
}

type SignInput = Pick<
  KmsInput<"Sign">,
  "KeyId" | "Message" | "MessageType" | "SigningAlgorithm" | "GrantTokens" | "DryRun"
>;

function prepare(deps: KmsDeps, caller: Caller, input: SignInput): Prepared {
  const { SigningAlgorithm: wanted, MessageType: type = "RAW", Message: bytes } = input;
  const key = requireUsableKey(deps, caller, input.KeyId, "SIGN_VERIFY", {
    grantTokens: input.GrantTokens,
    conditions: { "kms:SigningAlgorithm": wanted, "kms:MessageType": type },
  });
  checkAlgorithm(caller, key, "signing", wanted);
  const algorithm = specOf(key.document.spec).signing.find((possible) => possible === wanted);
  if (algorithm === undefined) throw new Error(`${wanted} was found among the key's algorithms, and then not`);
  if (type === "EXTERNAL_MU") {
    throw caller.refuse("ValidationException", "MessageType EXTERNAL_MU is for ML-DSA keys alone.");
  }
  const length = digestBytes(algorithm);
  if (type === "DIGEST" && length === undefined) {
    throw caller.refuse("ValidationException", `MessageType DIGEST is not valid for algorithm ${algorithm}.`);
  }
  if (type === "DIGEST" && bytes.byteLength !== length) {
    throw caller.refuse("ValidationException", `Digest is invalid length for algorithm ${algorithm}.`);
  }
  stopDryRun(caller, input.DryRun);
  return {
    arn: arnOfKey(key),
    privateKey: privateKeyOf(requireMaterial(deps, key)),
    algorithm,
    signable: { kind: type === "DIGEST" ? "digest" : "message", bytes },
  };
}
