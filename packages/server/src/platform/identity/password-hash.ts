import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** 32 MiB and about 60 ms of a core: OWASP's second choice of parameters for scrypt (N = 2^15, r = 8, p = 3), with p = 1. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const SCHEME = "scrypt";

/** `scrypt$N$r$p$salt$hash`: the parameters stand beside each hash, so that they can be raised for new ones. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return [SCHEME, COST.N, COST.r, COST.p, salt.toString("base64"), hash.toString("base64")].join("$");
}

export async function isPassword(hash: string, password: string): Promise<boolean> {
  const [scheme, N, r, p, salt, expected] = hash.split("$");
  if (scheme !== SCHEME || salt === undefined || expected === undefined) return false;
  const found = await derive(password, Buffer.from(salt, "base64"), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(found, Buffer.from(expected, "base64"));
}

/** Texts that look alike and differ in their code points are one password (RFC 8265 asks for NFC). */
function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, { ...cost, maxmem: 64 * 1_048_576 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
