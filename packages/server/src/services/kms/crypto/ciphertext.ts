import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { canonicalContext, type EncryptionContext } from "./encryption-context.ts";

/**
 * What Encrypt gives for a symmetric key. Header: version, account (6 bytes), key id (16), number of the material (4), salt
 * (16), nonce (12); then the tag (16) and the encrypted text. Header and encryption context are authenticated.
 */
export interface CiphertextHeader {
  readonly account: string;
  readonly keyId: string;
  readonly material: number;
}

const VERSION = 1;
const ACCOUNT_AT = 1;
const KEY_AT = 7;
const MATERIAL_AT = 23;
const SALT_AT = 27;
const SALT_BYTES = 16;
const NONCE_AT = SALT_AT + SALT_BYTES;
const NONCE_BYTES = 12;
const HEADER_BYTES = NONCE_AT + NONCE_BYTES;
const TAG_BYTES = 16;

/**
 * Each ciphertext has a key of its own, derived from the material by its salt: a key may then be used without a count, where
 * random nonces alone allow 2³² uses (NIST SP 800-38D, section 8.3).
 */
const messageKey = (material: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", material, salt, "nephoscope kms ciphertext 1", 32));

const authenticated = (header: Buffer, context: EncryptionContext | undefined): Buffer =>
  Buffer.concat([header, Buffer.from(canonicalContext(context), "utf8")]);

export function encryptWith(
  material: Buffer,
  { account, keyId, material: number }: CiphertextHeader,
  context: EncryptionContext | undefined,
  plaintext: Uint8Array,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUIntBE(Number(account), ACCOUNT_AT, 6);
  header.write(keyId.replaceAll("-", ""), KEY_AT, "hex");
  header.writeUInt32BE(number, MATERIAL_AT);
  randomBytes(SALT_BYTES + NONCE_BYTES).copy(header, SALT_AT);
  const key = messageKey(material, header.subarray(SALT_AT, NONCE_AT));
  const cipher = createCipheriv("aes-256-gcm", key, header.subarray(NONCE_AT)).setAAD(authenticated(header, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, cipher.getAuthTag(), body]);
}

/** Undefined for bytes that no version of this server wrote. Nothing of what it says is proven before `decryptWith`. */
export function readHeader(ciphertext: Uint8Array): CiphertextHeader | undefined {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined;
  const account = String(bytes.readUIntBE(ACCOUNT_AT, 6)).padStart(12, "0");
  const hex = bytes.toString("hex", KEY_AT, MATERIAL_AT);
  const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { account, keyId, material: bytes.readUInt32BE(MATERIAL_AT) };
}

/** Undefined when the bytes were altered, or the context is another one than at the encryption. */
export function decryptWith(
  material: Buffer,
  ciphertext: Uint8Array,
  context: EncryptionContext | undefined,
): Buffer | undefined {
  const bytes = Buffer.from(ciphertext);
  const header = bytes.subarray(0, HEADER_BYTES);
  const key = messageKey(material, header.subarray(SALT_AT, NONCE_AT));
  const decipher = createDecipheriv("aes-256-gcm", key, header.subarray(NONCE_AT), { authTagLength: TAG_BYTES })
    .setAAD(authenticated(header, context))
    .setAuthTag(bytes.subarray(HEADER_BYTES, HEADER_BYTES + TAG_BYTES));
  const start = decipher.update(bytes.subarray(HEADER_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch {
    // The one thing that `final` reports is a tag that does not match.
    return undefined;
  }
}
