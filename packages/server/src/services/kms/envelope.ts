import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { canonicalContext, type EncryptionContext } from "./crypto/encryption-context.ts";

/**
 * What the port gives to other services: a data key encrypted by KMS, and the text encrypted with it. Version (1 byte), length
 * of the encrypted data key (2), that key, nonce (12), tag (16), text; all before the tag and the context are authenticated.
 */
export interface Envelope {
  readonly dataKey: Buffer;
  readonly head: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly body: Buffer;
}

const VERSION = 1;
const LENGTH_AT = 1;
const KEY_AT = 3;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const authenticated = (head: Buffer, context: EncryptionContext): Buffer =>
  Buffer.concat([head, Buffer.from(canonicalContext(context), "utf8")]);

export function sealEnvelope(
  plainKey: Buffer,
  encryptedKey: Buffer,
  context: EncryptionContext,
  plaintext: Uint8Array,
): Buffer {
  const head = Buffer.alloc(KEY_AT);
  head.writeUInt8(VERSION, 0);
  head.writeUInt16BE(encryptedKey.length, LENGTH_AT);
  const whole = Buffer.concat([head, encryptedKey]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", plainKey, nonce).setAAD(authenticated(whole, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([whole, nonce, cipher.getAuthTag(), body]);
}

/** Undefined for bytes that are no envelope. */
export function readEnvelope(sealed: Uint8Array): Envelope | undefined {
  const bytes = Buffer.from(sealed);
  if (bytes.length < KEY_AT || bytes[0] !== VERSION) return undefined;
  const nonceAt = KEY_AT + bytes.readUInt16BE(LENGTH_AT);
  const bodyAt = nonceAt + NONCE_BYTES + TAG_BYTES;
  if (bytes.length < bodyAt) return undefined;
  return {
    dataKey: bytes.subarray(KEY_AT, nonceAt),
    head: bytes.subarray(0, nonceAt),
    nonce: bytes.subarray(nonceAt, nonceAt + NONCE_BYTES),
    tag: bytes.subarray(nonceAt + NONCE_BYTES, bodyAt),
    body: bytes.subarray(bodyAt),
  };
}

/** Undefined when anything was altered, or the context is another one. */
export function openEnvelope(
  plainKey: Buffer,
  { head, nonce, tag, body }: Envelope,
  context: EncryptionContext,
): Buffer | undefined {
  const decipher = createDecipheriv("aes-256-gcm", plainKey, nonce, { authTagLength: TAG_BYTES })
    .setAAD(authenticated(head, context))
    .setAuthTag(tag);
  const start = decipher.update(body);
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch {
    // The one thing that `final` reports is a tag that does not match.
    return undefined;
  }
}
