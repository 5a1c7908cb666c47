import { randomUUID } from "node:crypto";
import { causeOf } from "../commit.ts";
import { isKeySpec, KEY_SPECS, type KeySpecName, type KeyUsageName, specOf } from "../crypto/key-specs.ts";
import { makeMaterial, sealMaterial } from "../crypto/material.ts";
import { type Caller, callerOf, type KmsDeps, type KmsInput, type KmsOperation } from "../operation.ts";
import { checkKeyPolicy } from "../policies/check-policy.ts";
import { defaultPolicy } from "../policies/default-policy.ts";
import { checkTags, tagsOf } from "../tags/check-tags.ts";
import { type KmsKey, keyArn, keyMetadata, keyRef, materialRef, type Scope } from "./key.ts";

export const createKey: KmsOperation<"CreateKey"> = async (input, call, deps) => {
  const caller = callerOf(call);
  refuseOtherKinds(caller, input);
  const spec = readSpec(caller, input);
  const usage = readUsage(caller, input, spec);
  const tags = tagsOf(input.Tags);
  checkTags(caller, tags);
  const conditions = {
    "kms:KeySpec": spec,
    "kms:KeyUsage": usage,
    "kms:KeyOrigin": "AWS_KMS",
    "kms:MultiRegion": "false",
    "kms:BypassPolicyLockoutSafetyCheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
    "aws:TagKeys": Object.keys(tags),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
  deps.access.requireForAccount(caller, "CreateKey", conditions);
  // A policy that gives keys by their tags would be none if whoever makes one could tag it as he likes.
  if (Object.keys(tags).length > 0) deps.access.requireForAccount(caller, "TagResource", conditions);
  const keyId = randomUUID();
  const policy = input.Policy ?? defaultPolicy(caller.account);
  checkKeyPolicy(deps, caller, keyArn(caller, keyId), policy, input.BypassPolicyLockoutSafetyCheck === true);
  const made = await storeNewKey(deps, caller, caller, {
    keyId,
    spec,
    usage,
    policy,
    tags,
    description: input.Description ?? "",
    manager: "CUSTOMER",
  });
  return { KeyMetadata: made };
};

export interface NewKey extends Pick<KmsKey, "spec" | "usage" | "policy" | "tags" | "description" | "manager"> {
  readonly keyId: string;
  /** A name that it gets at once; the commit fails with VersionConflict when it is taken. */
  readonly alias?: string;
}

/** Makes the key's first material and commits both, so that no key is ever without material. */
export async function storeNewKey(deps: KmsDeps, caller: Caller, scope: Scope, { keyId, alias, ...rest }: NewKey) {
  const now = deps.clock.now();
  const material = await makeMaterial(specOf(rest.spec).making);
  const document: KmsKey = {
    ...rest,
    enabled: true,
    createdAt: now,
    materials: [{ number: 1, madeAt: now, cause: "CREATED" }],
  };
  const ref = keyRef(scope, keyId);
  await deps.state.commit({
    cause: causeOf(caller),
    changes: [
      { put: ref, document, expect: "absent" },
      {
        put: materialRef(scope, keyId, 1),
        document: sealMaterial(deps.box, scope, keyId, 1, material),
        expect: "absent",
      },
      ...(alias === undefined
        ? []
        : [
            {
              put: { ...ref, kind: "kms.alias", key: alias },
              document: { keyId, createdAt: now, updatedAt: now },
              expect: "absent" as const,
            },
          ]),
    ],
  });
  return keyMetadata({ ref, document, version: 1, createdAt: now, updatedAt: now });
}

type CreateKeyInput = KmsInput<"CreateKey">;

function refuseOtherKinds(caller: Caller, input: CreateKeyInput): void {
  const refuse = (what: string) => caller.refuse("UnsupportedOperationException", `Nephoscope has no ${what}.`);
  if (input.MultiRegion === true) throw refuse("multi-Region keys: leave out MultiRegion, or set it to false");
  if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined) throw refuse("custom key stores");
  if (input.Origin !== undefined && input.Origin !== "AWS_KMS") {
    throw refuse(`keys whose material comes from outside: the one Origin is AWS_KMS, not ${input.Origin}`);
  }
}

function readSpec(caller: Caller, { KeySpec, CustomerMasterKeySpec }: CreateKeyInput): KeySpecName {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined && KeySpec !== CustomerMasterKeySpec) {
    throw caller.refuse(
      "ValidationException",
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    );
  }
  const name: string = KeySpec ?? CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  if (isKeySpec(name)) return name;
  throw caller.refuse(
    "UnsupportedOperationException",
    `Nephoscope has no keys of the spec ${name}, only of ${KEY_SPECS.join(", ")}.`,
  );
}

function readUsage(caller: Caller, { KeyUsage }: CreateKeyInput, spec: KeySpecName): KeyUsageName {
  if (KeyUsage === undefined) {
    if (spec === "SYMMETRIC_DEFAULT") return "ENCRYPT_DECRYPT";
    throw caller.refuse(
      "ValidationException",
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    );
  }
  const usage = specOf(spec).usages.find((possible) => possible === KeyUsage);
  if (usage !== undefined) return usage;
  if (KeyUsage === "KEY_AGREEMENT" || KeyUsage === "ENCAPSULATE_DECAPSULATE") {
    throw caller.refuse("UnsupportedOperationException", `Nephoscope has no keys of the usage ${KeyUsage}.`);
  }
  throw caller.refuse("ValidationException", `KeyUsage ${KeyUsage} is not compatible with KeySpec ${spec}`);
}
