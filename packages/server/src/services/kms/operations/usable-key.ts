import type { Resource } from "../../../platform/state/state.ts";
import type { KeyUse } from "../access/key-access.ts";
import { type KeyUsageName, specOf } from "../crypto/key-specs.ts";
import { requireNamedKey, requireState } from "../keys/find-key.ts";
import { arnOfKey, type KmsKey } from "../keys/key.ts";
import type { Caller, KmsDeps } from "../operation.ts";

/** The key of a cryptographic operation: there, allowed to the caller, in a usable state, and made for such use. */
export function requireUsableKey(
  deps: KmsDeps,
  caller: Caller,
  name: string,
  usage: KeyUsageName,
  use: KeyUse,
  action: string = caller.operation,
): Resource<KmsKey> {
  const finding = { state: deps.state, now: deps.clock.now() };
  const { key, alias } = requireNamedKey(finding, caller, name, { aliases: true, otherAccounts: true });
  checkUsable(deps, caller, key, usage, { ...use, alias }, action);
  return key;
}

export function checkUsable(
  deps: KmsDeps,
  caller: Caller,
  key: Resource<KmsKey>,
  usage: KeyUsageName,
  use: KeyUse,
  action: string = caller.operation,
): void {
  deps.access.require(caller, key, action, use);
  requireState(caller, key, ["Enabled"]);
  if (key.document.usage !== usage) {
    throw caller.refuse(
      "InvalidKeyUsageException",
      `${arnOfKey(key)} key usage is ${key.document.usage} which is not valid for ${caller.operation}.`,
    );
  }
}

/** Refuses an algorithm that the key's spec has not. */
export function checkAlgorithm(
  caller: Caller,
  { document }: Resource<KmsKey>,
  kind: "encryption" | "signing" | "mac",
  algorithm: string,
): void {
  const possible: readonly string[] = specOf(document.spec)[kind];
  if (possible.includes(algorithm)) return;
  throw caller.refuse(
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} is incompatible with key spec ${document.spec}.`,
  );
}

/** Where a request asks only whether it would be allowed, this is the answer to a yes (KMS API reference, "DryRun"). */
export function stopDryRun(caller: Caller, dryRun: boolean | undefined): void {
  if (dryRun === true) {
    throw caller.refuse(
      "DryRunOperationException",
      "The request would have succeeded, but the DryRun parameter is set.",
    );
  }
}

/** Answers for Nitro enclaves are encrypted for them; without enclaves there is nobody to encrypt for. */
export function refuseRecipient(caller: Caller, recipient: object | undefined): void {
  if (recipient !== undefined) {
    throw caller.refuse("UnsupportedOperationException", "Nephoscope has no Nitro enclaves: leave out Recipient.");
  }
}
