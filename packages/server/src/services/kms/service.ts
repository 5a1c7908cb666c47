import { loadModel, type Service, service } from "@nephoscope/wire";
import { createAlias, deleteAlias, listAliases, updateAlias } from "./aliases/aliases.ts";
import { createGrant } from "./grants/create-grant.ts";
import { retireGrant, revokeGrant } from "./grants/end-grant.ts";
import { listGrants, listRetirableGrants } from "./grants/list-grants.ts";
import {
  cancelKeyDeletion,
  disableKey,
  enableKey,
  scheduleKeyDeletion,
  updateKeyDescription,
} from "./keys/change-key.ts";
import { createKey } from "./keys/create-key.ts";
import { describeKey, listKeys } from "./keys/look-at-keys.ts";
import type { KmsDeps, KmsSdk } from "./operation.ts";
import {
  generateDataKey,
  generateDataKeyPair,
  generateDataKeyPairWithoutPlaintext,
  generateDataKeyWithoutPlaintext,
} from "./operations/data-keys.ts";
import { decrypt } from "./operations/decrypt.ts";
import { encrypt } from "./operations/encrypt.ts";
import { generateMac, verifyMac } from "./operations/mac.ts";
import { getPublicKey } from "./operations/public-key.ts";
import { generateRandom } from "./operations/random.ts";
import { reEncrypt } from "./operations/re-encrypt.ts";
import { sign, verify } from "./operations/sign.ts";
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from "./policies/policies.ts";
import {
  disableKeyRotation,
  enableKeyRotation,
  getKeyRotationStatus,
  listKeyRotations,
  rotateKeyOnDemand,
} from "./rotation/rotation.ts";
import { listResourceTags, tagResource, untagResource } from "./tags/tags.ts";

/** KMS: every operation, by its name at the API. */
export function kmsService(deps: KmsDeps): Service {
  return service<KmsSdk, KmsDeps>(loadModel("kms"), { requireAll: true })(
    {
      CancelKeyDeletion: cancelKeyDeletion,
      CreateAlias: createAlias,
      CreateGrant: createGrant,
      CreateKey: createKey,
      Decrypt: decrypt,
      DeleteAlias: deleteAlias,
      DescribeKey: describeKey,
      DisableKey: disableKey,
      DisableKeyRotation: disableKeyRotation,
      EnableKey: enableKey,
      EnableKeyRotation: enableKeyRotation,
      Encrypt: encrypt,
      GenerateDataKey: generateDataKey,
      GenerateDataKeyPair: generateDataKeyPair,
      GenerateDataKeyPairWithoutPlaintext: generateDataKeyPairWithoutPlaintext,
      GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
      GenerateMac: generateMac,
      GenerateRandom: generateRandom,
      GetKeyPolicy: getKeyPolicy,
      GetKeyRotationStatus: getKeyRotationStatus,
      GetPublicKey: getPublicKey,
      ListAliases: listAliases,
      ListGrants: listGrants,
      ListKeyPolicies: listKeyPolicies,
      ListKeyRotations: listKeyRotations,
      ListKeys: listKeys,
      ListResourceTags: listResourceTags,
      ListRetirableGrants: listRetirableGrants,
      PutKeyPolicy: putKeyPolicy,
      ReEncrypt: reEncrypt,
      RetireGrant: retireGrant,
      RevokeGrant: revokeGrant,
      RotateKeyOnDemand: rotateKeyOnDemand,
      ScheduleKeyDeletion: scheduleKeyDeletion,
      Sign: sign,
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdateAlias: updateAlias,
      UpdateKeyDescription: updateKeyDescription,
      Verify: verify,
      VerifyMac: verifyMac,
    },
    deps,
  );
}
