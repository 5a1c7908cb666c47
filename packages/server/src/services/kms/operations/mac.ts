import { createHmac, timingSafeEqual } from "node:crypto";
import { hashOf } from "../crypto/key-specs.ts";
import { arnOfKey } from "../keys/key.ts";
import { type Caller, callerOf, type KmsDeps, type KmsInput, type KmsOperation } from "../operation.ts";
import { requireMaterial } from "./encrypt.ts";
import { checkAlgorithm, requireUsableKey, stopDryRun } from "./usable-key.ts";

export const generateMac: KmsOperation<"GenerateMac"> = async (input, call, deps) => {
  const { arn, mac } = makeMac(deps, callerOf(call), input);
  return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: arn };
};

export const verifyMac: KmsOperation<"VerifyMac"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const { arn, mac } = makeMac(deps, caller, input);
  if (mac.length !== input.Mac.byteLength || !timingSafeEqual(mac, input.Mac)) {
    throw caller.refuse("KMSInvalidMacException", "");
  }
  return { KeyId: arn, MacValid: true, MacAlgorithm: input.MacAlgorithm };
};

function makeMac(
  deps: KmsDeps,
  caller: Caller,
  input: Pick<KmsInput<"GenerateMac">, "KeyId" | "Message" | "MacAlgorithm" | "GrantTokens" | "DryRun">,
): { arn: string; mac: Buffer } {
  const key = requireUsableKey(deps, caller, input.KeyId, "GENERATE_VERIFY_MAC", {
    grantTokens: input.GrantTokens,
    conditions: { "kms:MacAlgorithm": input.MacAlgorithm },
  });
  checkAlgorithm(caller, key, "mac", input.MacAlgorithm);
  stopDryRun(caller, input.DryRun);
  const mac = createHmac(hashOf(input.MacAlgorithm), requireMaterial(deps, key)).update(input.Message).digest();
  return { arn: arnOfKey(key), mac };
}
