import { type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import type { KmsSdk } from "./operation.ts";

/**
 * Every operation of KMS asks `access/key-access.ts` before it does anything. The front door could not: which key a call uses
 * stands in a ciphertext or behind an alias, and grants allow as well as policies.
 */
export function kmsAccess(): ServiceAccess {
  return serviceAccess<KmsSdk>({
    CancelKeyDeletion: "inside",
    CreateAlias: "inside",
    CreateGrant: "inside",
    CreateKey: "inside",
    Decrypt: "inside",
    DeleteAlias: "inside",
    DescribeKey: "inside",
    DisableKey: "inside",
    DisableKeyRotation: "inside",
    EnableKey: "inside",
    EnableKeyRotation: "inside",
    Encrypt: "inside",
    GenerateDataKey: "inside",
    GenerateDataKeyPair: "inside",
    GenerateDataKeyPairWithoutPlaintext: "inside",
    GenerateDataKeyWithoutPlaintext: "inside",
    GenerateMac: "inside",
    GenerateRandom: "inside",
    GetKeyPolicy: "inside",
    GetKeyRotationStatus: "inside",
    GetPublicKey: "inside",
    ListAliases: "inside",
    ListGrants: "inside",
    ListKeyPolicies: "inside",
    ListKeyRotations: "inside",
    ListKeys: "inside",
    ListResourceTags: "inside",
    ListRetirableGrants: "inside",
    PutKeyPolicy: "inside",
    ReEncrypt: "inside",
    RetireGrant: "inside",
    RevokeGrant: "inside",
    RotateKeyOnDemand: "inside",
    ScheduleKeyDeletion: "inside",
    Sign: "inside",
    TagResource: "inside",
    UntagResource: "inside",
    UpdateAlias: "inside",
    UpdateKeyDescription: "inside",
    Verify: "inside",
    VerifyMac: "inside",
  });
}
