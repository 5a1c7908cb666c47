import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/**
 * RSA signatures of a digest that the caller made: Node signs messages alone. The paddings are RFC 8017's; the arithmetic is
 * OpenSSL's.
 */

/** DER of DigestInfo up to the digest (RFC 8017, section 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<string, string>> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

const digestInfo = (hash: string, digest: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(DIGEST_INFO[hash] ?? "", "hex"), digest]);

export const signPkcs1 = (key: KeyObject, hash: string, digest: Uint8Array): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));

export function verifyPkcs1(key: KeyObject, hash: string, digest: Uint8Array, signature: Uint8Array): boolean {
  const found = opened(key, signature, constants.RSA_PKCS1_PADDING);
  return found?.equals(digestInfo(hash, digest)) === true;
}

/** The salt is as long as the hash (KMS developer guide, "RSASSA-PSS"). */
export function signPss(key: KeyObject, hash: string, digest: Uint8Array): Buffer {
  const bits = modulusBits(key) - 1;
  const length = Math.ceil(bits / 8);
  const salt = randomBytes(digest.byteLength);
  const h = seedOf(hash, digest, salt);
  const data = Buffer.concat([Buffer.alloc(length - salt.length - h.length - 2), Buffer.from([1]), salt]);
  const masked = xor(data, mask(hash, h, data.length));
  masked.writeUInt8((masked[0] ?? 0) & topBits(bits, length), 0);
  const encoded = Buffer.concat([masked, h, Buffer.from([0xbc])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

export function verifyPss(key: KeyObject, hash: string, digest: Uint8Array, signature: Uint8Array): boolean {
  const bits = modulusBits(key) - 1;
  const length = Math.ceil(bits / 8);
  const encoded = opened(key, signature, constants.RSA_NO_PADDING);
  if (encoded === undefined || encoded.length !== length || encoded.at(-1) !== 0xbc) return false;
  const h = encoded.subarray(length - digest.byteLength - 1, length - 1);
  const masked = encoded.subarray(0, length - digest.byteLength - 1);
  if (((masked[0] ?? 0) & ~topBits(bits, length)) !== 0) return false;
  const data = xor(masked, mask(hash, h, masked.length));
  data.writeUInt8((data[0] ?? 0) & topBits(bits, length), 0);
  const saltAt = data.length - digest.byteLength;
  if (data[saltAt - 1] !== 1 || data.subarray(0, saltAt - 1).some((byte) => byte !== 0)) return false;
  return timingSafeEqual(seedOf(hash, digest, data.subarray(saltAt)), h);
}

/** H of EMSA-PSS (RFC 8017, section 9.1.1, steps 5 and 6). */
const seedOf = (hash: string, digest: Uint8Array, salt: Uint8Array): Buffer =>
  createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();

/** MGF1 (RFC 8017, appendix B.2.1). */
function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let made = 0, counter = 0; made < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(number).digest();
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)));

/** The bits of the first byte that may be set. */
const topBits = (bits: number, length: number): number => 0xff >> (8 * length - bits);

const modulusBits = (key: KeyObject): number => key.asymmetricKeyDetails?.modulusLength ?? 0;

function opened(key: KeyObject, signature: Uint8Array, padding: number): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding }, signature);
  } catch {
    // Of a wrong length, greater than the modulus, or not padded as it must be: no signature.
    return undefined;
  }
}
