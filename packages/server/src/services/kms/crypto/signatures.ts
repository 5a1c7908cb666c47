import { constants, type KeyObject, sign, verify } from "node:crypto";
import { signEcdsa, verifyEcdsa } from "./ecdsa-digest.ts";
import { hashOf, type SigningAlgorithm } from "./key-specs.ts";
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-digest.ts";

/** What is signed: a message, which is hashed here, or its hash. */
export interface Signable {
  readonly kind: "message" | "digest";
  readonly bytes: Uint8Array;
}

/** Undefined: Edwards curves hash in their own way and take whole messages alone (RFC 8032). */
export const digestBytes = (algorithm: SigningAlgorithm): number | undefined =>
  algorithm === "ED25519_SHA_512" ? undefined : Number(hashOf(algorithm).slice(3)) / 8;

/** Signs as KMS does: ECDSA in DER, PSS with a salt as long as the hash. The key is of the algorithm's kind. */
export function makeSignature(key: KeyObject, algorithm: SigningAlgorithm, { kind, bytes }: Signable): Buffer {
  if (algorithm === "ED25519_SHA_512") return sign(null, bytes, key);
  const hash = hashOf(algorithm);
  if (kind === "message") return sign(hash, bytes, { key, ...paddingOf(algorithm) });
  if (algorithm.startsWith("ECDSA")) return signEcdsa(key, bytes);
  return algorithm.startsWith("RSASSA_PSS") ? signPss(key, hash, bytes) : signPkcs1(key, hash, bytes);
}

/** `key` is the public key. */
export function isSignature(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { kind, bytes }: Signable,
  signature: Uint8Array,
): boolean {
  if (algorithm === "ED25519_SHA_512") return verify(null, bytes, key, signature);
  const hash = hashOf(algorithm);
  if (kind === "message") return verify(hash, bytes, { key, ...paddingOf(algorithm) }, signature);
  if (algorithm.startsWith("ECDSA")) return verifyEcdsa(key, bytes, signature);
  return algorithm.startsWith("RSASSA_PSS")
    ? verifyPss(key, hash, bytes, signature)
    : verifyPkcs1(key, hash, bytes, signature);
}

function paddingOf(algorithm: SigningAlgorithm) {
  if (algorithm.startsWith("ECDSA")) return { dsaEncoding: "der" as const };
  if (algorithm.startsWith("RSASSA_PSS"))
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return { padding: constants.RSA_PKCS1_PADDING };
}
