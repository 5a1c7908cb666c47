import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from "node:crypto";

/**
 * The secrets that a host and the server share without ever sending one: X25519 (RFC 7748) between the key pair that the host
 * made and the server's, then HKDF-SHA-256 (RFC 5869). Whoever lacks both private keys has neither; whoever has the
 * state store alone has neither, as the server's private key is sealed there.
 */
export interface HostSecrets {
  /** Signs the host's calls by AWS's signature version 4, under its id as the access key id. */
  readonly call: string;
  /** Authenticates what the server tells the host. */
  readonly message: Buffer;
}

/** A key pair: 32 bytes each, in base64. */
export interface HostKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const SECRET_BYTES = 32;
/** What precedes the 32 bytes of a key in DER (RFC 8410). */
const SPKI = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");

export function newHostKeyPair(): HostKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return {
    publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(SPKI.length).toString("base64"),
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }).subarray(PKCS8.length).toString("base64"),
  };
}

/** True for 32 bytes in base64 that are a key others can agree with: the few degenerate points give no secret. */
export function isPublicKey(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return false;
  try {
    agree(newHostKeyPair().privateKey, text);
    return true;
  } catch {
    // OpenSSL refuses to agree on zero.
    return false;
  }
}

const agree = (privateKey: string, publicKey: string): Buffer =>
  diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.concat([PKCS8, Buffer.from(privateKey, "base64")]),
      format: "der",
      type: "pkcs8",
    }),
    publicKey: createPublicKey({
      key: Buffer.concat([SPKI, Buffer.from(publicKey, "base64")]),
      format: "der",
      type: "spki",
    }),
  });

/** The same on both sides: each gives its own private key and the other's public one. `host` and `server` are public keys. */
export function hostSecrets(own: string, other: string, parties: { host: string; server: string }): HostSecrets {
  const shared = agree(own, other);
  const salt = Buffer.concat([Buffer.from(parties.host, "base64"), Buffer.from(parties.server, "base64")]);
  const derive = (use: string) => Buffer.from(hkdfSync("sha256", shared, salt, use, SECRET_BYTES));
  return {
    call: derive("nephoscope host calls 1").toString("base64"),
    message: derive("nephoscope host messages 1"),
  };
}

/** HMAC-SHA-256 in base64 of parts that can't be taken for others, as each is preceded by its length. */
export function authenticate(key: Uint8Array | string, parts: readonly string[]): string {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`);
  return mac.digest("base64");
}
