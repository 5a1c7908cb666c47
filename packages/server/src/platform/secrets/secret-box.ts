import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";

/** AES-256-GCM: 32-byte key, 12-byte nonce (NIST SP 800-38D, section 8.2), 16-byte tag. */
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts small secrets (access keys) before they are written to the state store. */
export interface SecretBox {
  /** `context` (such as the key's id) is bound to the ciphertext: a ciphertext moved elsewhere does not open. */
  seal(secret: string, context: string): string;
  /** Throws if the text was altered, belongs to another context or to another root key. */
  open(sealed: string, context: string): string;
}

/** A box of the root key in a file, made at the first start. Where there is a state store, `openRootKey` checks that they belong together. */
export const openSecretBox = (file: string): SecretBox => secretBox(keyOfFile(file));

/** A box of a key of `KEY_BYTES`. */
export function secretBox(key: Uint8Array): SecretBox {
  return {
    seal(secret, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed, "base64");
      // Node reads over what is no base64, and the last character has spare bits: another text must not open as this one.
      if (bytes.toString("base64") !== sealed) throw new Error("the sealed text was altered");
      // A shorter tag would be easier to guess, so no text may choose its length.
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options)
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    },
  };
}

/** The root key can't be used. The message says what is wrong and what to do. */
export class RootKeyError extends Error {
  override readonly name = "RootKeyError";
}

/** Reads the root key's file, making it at the first start. */
export function keyOfFile(file: string): Buffer {
  if (!existsSync(file)) writePrivateFile(file, randomBytes(KEY_BYTES).toString("base64"));
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new RootKeyError(`${file} holds the root key but can be read by others. Run: chmod 600 ${file}`);
  }
  return readKey(readFileSync(file, "utf8"), file);
}

export function readKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length !== KEY_BYTES) throw new RootKeyError(`${where} does not hold a ${KEY_BYTES}-byte key in base64`);
  return key;
}

/** Writes a new file that only its owner can read, durably. Fails if it exists. */
export function writePrivateFile(file: string, content: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
