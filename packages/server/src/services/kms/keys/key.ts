import { createHash } from "node:crypto";
import type { Resource, ResourceRef } from "../../../platform/state/state.ts";
import { type KeySpecName, type KeyUsageName, specOf } from "../crypto/key-specs.ts";
import type { KmsOutput } from "../operation.ts";

/** A key as it is kept; its material is kept apart, so that a change of the key does not write secrets again. */
export interface KmsKey {
  readonly spec: KeySpecName;
  readonly usage: KeyUsageName;
  readonly description: string;
  readonly enabled: boolean;
  /** The key policy, as it was given. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** AWS: made by a service's first use of its own alias, such as `alias/aws/sns`. */
  readonly manager: "CUSTOMER" | "AWS";
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Oldest first; the last one encrypts, each decrypts what it encrypted. */
  readonly materials: readonly KeyMaterial[];
  readonly deletion?: { readonly at: number; readonly windowDays: number };
  readonly rotation?: { readonly periodDays: number; readonly nextAt: number };
}

export interface KeyMaterial {
  /** From 1; ciphertexts carry it. */
  readonly number: number;
  readonly madeAt: number;
  readonly cause: "CREATED" | "AUTOMATIC" | "ON_DEMAND";
}

export interface Scope {
  readonly account: string;
  readonly region: string;
}

export const KEY_KIND = "kms.key";
export const MATERIAL_KIND = "kms.material";

export const keyRef = ({ account, region }: Scope, keyId: string): ResourceRef => ({
  kind: KEY_KIND,
  account,
  region,
  key: keyId,
});

export const materialRef = ({ account, region }: Scope, keyId: string, number: number): ResourceRef => ({
  kind: MATERIAL_KIND,
  account,
  region,
  key: `${keyId}:${number}`,
});

export const keyArn = ({ account, region }: Scope, keyId: string): string =>
  `arn:aws:kms:${region}:${account}:key/${keyId}`;
export const arnOfKey = ({ ref }: Resource<KmsKey>): string => keyArn(ref, ref.key);

/** AWS's form of an id for material: 64 hexadecimal digits. Only symmetric keys have one (KMS API reference, Decrypt). */
export function materialId({ ref, document }: Resource<KmsKey>, number: number): string | undefined {
  if (document.spec !== "SYMMETRIC_DEFAULT") return undefined;
  return createHash("sha256")
    .update(`${arnOfKey({ ref, document } as Resource<KmsKey>)}:${number}`)
    .digest("hex");
}

export const currentMaterial = ({ document }: Resource<KmsKey>): number => document.materials.at(-1)?.number ?? 0;

export function keyState({ deletion, enabled }: KmsKey): "Enabled" | "Disabled" | "PendingDeletion" {
  if (deletion !== undefined) return "PendingDeletion";
  return enabled ? "Enabled" : "Disabled";
}

export type KeyMetadata = NonNullable<KmsOutput<"DescribeKey">["KeyMetadata"]>;

export function keyMetadata(key: Resource<KmsKey>): KeyMetadata {
  const { ref, document } = key;
  const { encryption, signing, mac } = specOf(document.spec);
  const { usage, deletion } = document;
  return {
    AWSAccountId: ref.account,
    KeyId: ref.key,
    Arn: arnOfKey(key),
    CreationDate: new Date(document.createdAt),
    Enabled: keyState(document) === "Enabled",
    Description: document.description,
    KeyUsage: usage,
    KeyState: keyState(document),
    ...(deletion !== undefined && { DeletionDate: new Date(deletion.at) }),
    Origin: "AWS_KMS",
    KeyManager: document.manager,
    CustomerMasterKeySpec: customerMasterKeySpec(document.spec),
    KeySpec: document.spec,
    ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: [...encryption] }),
    ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: [...signing] }),
    ...(usage === "GENERATE_VERIFY_MAC" && { MacAlgorithms: [...mac] }),
    MultiRegion: false,
    ...(document.spec === "SYMMETRIC_DEFAULT" && { CurrentKeyMaterialId: materialId(key, currentMaterial(key)) }),
  };
}

/** The older name of the same member knows no Edwards curves. */
export function customerMasterKeySpec(spec: KeySpecName): KeyMetadata["CustomerMasterKeySpec"] {
  return spec === "ECC_NIST_EDWARDS25519" ? undefined : spec;
}
