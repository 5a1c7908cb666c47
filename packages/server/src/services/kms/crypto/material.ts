import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { SecretBox } from "../../../platform/secrets/secret-box.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { type KmsKey, keyArn, materialRef, type Scope } from "../keys/key.ts";
import type { Making } from "./key-specs.ts";

/** What the state store keeps of one piece of material: sealed with the root key, bound to its key and number. */
export interface SealedMaterial {
  readonly sealed: string;
}

const makePair = promisify(generateKeyPair);

/** New material: random bytes, or a private key in PKCS #8 DER. RSA keys are made in another thread. */
export async function makeMaterial(making: Making): Promise<Buffer> {
  if (making.kind === "bytes") return randomBytes(making.length);
  return (await makeKeyPair(making)).export({ type: "pkcs8", format: "der" });
}

export async function makeKeyPair(making: Exclude<Making, { kind: "bytes" }>): Promise<KeyObject> {
  if (making.kind === "rsa") return (await makePair("rsa", { modulusLength: making.bits })).privateKey;
  if (making.kind === "ec") return (await makePair("ec", { namedCurve: making.curve })).privateKey;
  return (await makePair("ed25519")).privateKey;
}

const contextOf = (scope: Scope, keyId: string, number: number) => `${keyArn(scope, keyId)}:${number}`;

export function sealMaterial(
  box: SecretBox,
  scope: Scope,
  keyId: string,
  number: number,
  material: Buffer,
): SealedMaterial {
  return { sealed: box.seal(material.toString("base64"), contextOf(scope, keyId, number)) };
}

/** Undefined when the key has no material of that number. */
export function openMaterial(
  { state, box }: { readonly state: State; readonly box: SecretBox },
  { ref }: Resource<KmsKey>,
  number: number,
): Buffer | undefined {
  const kept = state.get<SealedMaterial>(materialRef(ref, ref.key, number));
  if (kept === undefined) return undefined;
  return Buffer.from(box.open(kept.document.sealed, contextOf(ref, ref.key, number)), "base64");
}

export const privateKeyOf = (material: Buffer): KeyObject =>
  createPrivateKey({ key: material, type: "pkcs8", format: "der" });

/** In SubjectPublicKeyInfo DER, as GetPublicKey gives it. */
export const publicKeyOf = (privateKey: KeyObject): Buffer =>
  createPublicKey(privateKey).export({ type: "spki", format: "der" });
