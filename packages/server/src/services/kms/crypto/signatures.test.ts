import assert from "node:assert/strict";
import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { test } from "node:test";
import { hashOf, type SigningAlgorithm } from "./key-specs.ts";
import { isSignature, makeSignature } from "./signatures.ts";

/** Node's own signatures of whole messages are the oracle for ours of digests. */
const optionsOf = (key: KeyObject, algorithm: SigningAlgorithm) => ({
  key,
  ...(algorithm.startsWith("RSASSA_PSS") && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: Number(hashOf(algorithm).slice(3)) / 8,
  }),
});

const rsa = (bits: number) => generateKeyPairSync("rsa", { modulusLength: bits }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;

function agrees(key: KeyObject, algorithm: SigningAlgorithm, rounds: number) {
  const publicKey = createPublicKey(key);
  const hash = hashOf(algorithm);
  for (let round = 0; round < rounds; round++) {
    const message = Buffer.from(`message ${round}`);
    const digest = { kind: "digest", bytes: createHash(hash).update(message).digest() } as const;
    const other = { kind: "digest", bytes: createHash(hash).update("another").digest() } as const;
    const ours = makeSignature(key, algorithm, digest);
    assert.ok(verify(hash, message, optionsOf(publicKey, algorithm), ours), "Node takes our signature");
    const theirs = sign(hash, message, optionsOf(key, algorithm));
    assert.ok(isSignature(publicKey, algorithm, digest, theirs), "we take Node's signature");
    assert.ok(isSignature(publicKey, algorithm, { kind: "message", bytes: message }, ours));
    assert.equal(isSignature(publicKey, algorithm, other, theirs), false, "of another digest");
    const altered = Buffer.from(theirs);
    altered[round % altered.length] = (altered[round % altered.length] ?? 0) ^ 1;
    assert.equal(isSignature(publicKey, algorithm, digest, altered), false, "of an altered signature");
    assert.equal(isSignature(publicKey, algorithm, digest, theirs.subarray(0, round)), false, "of a part of it");
  }
}

for (const [curve, algorithm] of [
  ["prime256v1", "ECDSA_SHA_256"],
  ["secp384r1", "ECDSA_SHA_384"],
  ["secp521r1", "ECDSA_SHA_512"],
  ["secp256k1", "ECDSA_SHA_256"],
] as const) {
  test(`a digest signed over ${curve} verifies as its message, and the other way round`, () => {
    agrees(ec(curve), algorithm, 12);
  });
}

for (const padding of ["PKCS1_V1_5", "PSS"] as const) {
  for (const bits of [256, 384, 512] as const) {
    test(`a digest signed with RSASSA ${padding} and SHA-${bits} verifies as its message, and the other way round`, () => {
      agrees(rsa(2_048), `RSASSA_${padding}_SHA_${bits}`, 6);
    });
  }
}

test("PSS fits moduli whose length is no multiple of eight bits", () => {
  for (const bits of [2_049, 2_050, 2_055]) agrees(rsa(bits), "RSASSA_PSS_SHA_256", 3);
});

test("a digest longer than the order of the curve is cut, as FIPS 186 has it", () => {
  agrees(ec("prime256v1"), "ECDSA_SHA_512", 4);
});

test("Edwards curves sign messages", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signable = { kind: "message", bytes: Buffer.from("hello") } as const;
  const signature = makeSignature(privateKey, "ED25519_SHA_512", signable);
  assert.ok(verify(null, signable.bytes, publicKey, signature));
  assert.ok(isSignature(publicKey, "ED25519_SHA_512", signable, signature));
});
