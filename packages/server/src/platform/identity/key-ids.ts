import { randomBytes, randomInt } from "node:crypto";

/** AWS's prefixes of unique ids (IAM user guide, "Understanding unique ID prefixes"). */
export type IdPrefix = "AIDA" | "AGPA" | "AROA" | "ANPA" | "AIPA";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");

/** A unique id in AWS's form: 21 characters. */
export const newUniqueId = (prefix: IdPrefix): string => `${prefix}${pick(BASE32, 17)}`;

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A pair in AWS's form: a prefix (`AKIA` for keys that last, `ASIA` for temporary ones) and 16 characters; a secret of 40
 * characters (240 bits).
 */
export const newKeyPair = (prefix: "AKIA" | "ASIA", account: string): KeyPair => ({
  accessKeyId: `${prefix}${accountDigits(account)}`,
  secretAccessKey: pick(SECRET_ALPHABET, 40),
});

/** Where AWS has the account in the 80 bits behind the prefix: in the first six bytes, behind one bit and before seven. */
const ACCOUNT_SHIFT = 7n;
const ACCOUNT_MASK = (1n << 40n) - 1n;

function accountDigits(account: string): string {
  const random = randomBytes(10);
  const head = random.readUIntBE(0, 6);
  const mixed = (1n << 47n) | (BigInt(account) << ACCOUNT_SHIFT) | (BigInt(head) & ((1n << ACCOUNT_SHIFT) - 1n));
  random.writeUIntBE(Number(mixed), 0, 6);
  return base32(random);
}

/** The account that a key id of AWS's form names, whether such a key is there or not; undefined for other ids. */
export function accountOfKeyId(accessKeyId: string): string | undefined {
  if (!/^A(?:KIA|SIA)[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let bits = 0n;
  for (const char of accessKeyId.slice(4, 14)) bits = (bits << 5n) | BigInt(BASE32.indexOf(char));
  // Ten characters are 50 bits, of which the first 48 are the six bytes.
  const account = (bits >> (2n + ACCOUNT_SHIFT)) & ACCOUNT_MASK;
  return account < 1_000_000_000_000n ? account.toString().padStart(12, "0") : undefined;
}

/** RFC 4648, without padding. */
export function base32(bytes: Uint8Array): string {
  let out = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + BASE32[(held << (5 - bits)) & 31] : out;
}

/** Undefined for what is no Base32. */
export function fromBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const char of text) {
    const value = BASE32.indexOf(char);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}
