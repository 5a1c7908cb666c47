import { createECDH, type KeyObject, randomBytes } from "node:crypto";

/**
 * ECDSA signatures of a digest that the caller made (FIPS 186-5, section 6.4): Node signs messages alone. The secret points are
 * multiplied by OpenSSL; the numbers below it are blinded, since arithmetic of bigints takes a time that depends on them.
 */
interface Curve {
  readonly p: bigint;
  readonly a: bigint;
  /** Order of the group. */
  readonly n: bigint;
  /** Bytes of a coordinate. */
  readonly bytes: number;
}

const P256 = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const P384 = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn;
const P521 = (1n << 521n) - 1n;
const K256 = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;

/** SP 800-186 and SEC 2, by OpenSSL's names. */
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    p: P256,
    a: P256 - 3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    bytes: 32,
  },
  secp384r1: {
    p: P384,
    a: P384 - 3n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    bytes: 48,
  },
  secp521r1: {
    p: P521,
    a: P521 - 3n,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    bytes: 66,
  },
  secp256k1: { p: K256, a: 0n, n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n, bytes: 32 },
};

/** The signature in DER, as KMS gives it. */
export function signEcdsa(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const { name, curve } = curveOf(privateKey);
  const { n } = curve;
  const d = fromBase64url(privateKey.export({ format: "jwk" }).d);
  const z = truncated(digest, n);
  for (;;) {
    const ecdh = createECDH(name);
    ecdh.generateKeys();
    const k = fromBytes(ecdh.getPrivateKey());
    const r = fromBytes(ecdh.getPublicKey().subarray(1, 1 + curve.bytes)) % n;
    const blind = (fromBytes(randomBytes(curve.bytes)) % (n - 1n)) + 1n;
    const s = (inverse((k * blind) % n, n) * ((blind * z + ((blind * d) % n) * r) % n)) % n;
    if (r !== 0n && s !== 0n) return toDer(r, s);
  }
}

/** False for whatever is no signature, also for one whose DER is not the shortest. */
export function verifyEcdsa(publicKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const { name, curve } = curveOf(publicKey);
  const { n, p } = curve;
  const pair = fromDer(Buffer.from(signature));
  if (pair === undefined) return false;
  const [r, s] = pair;
  if (r < 1n || r >= n || s < 1n || s >= n) return false;
  const w = inverse(s, n);
  const u1 = (truncated(digest, n) * w) % n;
  const u2 = (r * w) % n;
  const { x, y } = publicKey.export({ format: "jwk" });
  const q = times(curve, u2, { x: fromBase64url(x), y: fromBase64url(y) });
  const sum = u1 === 0n ? q : add(curve, baseTimes(name, curve, u1), q);
  return sum !== undefined && mod(sum.x, p) % n === r;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** u·G, by OpenSSL. */
function baseTimes(name: string, { bytes }: Curve, u: bigint): Point {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(toBytes(u, bytes));
  const point = ecdh.getPublicKey();
  return { x: fromBytes(point.subarray(1, 1 + bytes)), y: fromBytes(point.subarray(1 + bytes)) };
}

/** u·P for what is public; undefined is the point at infinity. */
function times(curve: Curve, u: bigint, point: Point): Point | undefined {
  let sum: Point | undefined;
  for (const bit of u.toString(2)) {
    if (sum !== undefined) sum = add(curve, sum, sum);
    if (bit === "1") sum = add(curve, sum, point);
  }
  return sum;
}

function add({ p, a }: Curve, one: Point | undefined, other: Point | undefined): Point | undefined {
  if (one === undefined) return other;
  if (other === undefined) return one;
  if (one.x === other.x && mod(one.y + other.y, p) === 0n) return undefined;
  const slope =
    one.x === other.x
      ? (3n * one.x * one.x + a) * inverse(2n * one.y, p)
      : (other.y - one.y) * inverse(mod(other.x - one.x, p), p);
  const m = mod(slope, p);
  const x = mod(m * m - one.x - other.x, p);
  return { x, y: mod(m * (one.x - x) - one.y, p) };
}

/** By Euclid's extended algorithm; `value` is not 0 modulo the prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (low !== 0n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return mod(y, modulus);
}

const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

function curveOf(key: KeyObject): { name: string; curve: Curve } {
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  const curve = CURVES[name];
  if (curve === undefined) throw new Error(`ECDSA over the curve "${name}" is not known here`);
  return { name, curve };
}

/** The leftmost bits of the digest, as many as the group's order has. */
function truncated(digest: Uint8Array, n: bigint): bigint {
  const extra = digest.byteLength * 8 - n.toString(2).length;
  return extra > 0 ? fromBytes(digest) >> BigInt(extra) : fromBytes(digest);
}

const fromBytes = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
const fromBase64url = (text: string | undefined): bigint => fromBytes(Buffer.from(text ?? "", "base64url"));
const toBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * length, "0"), "hex");

function toDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const padded = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}

/** Reads what `toDer` writes, and nothing else: it is read, written again and compared. */
function fromDer(der: Buffer): [bigint, bigint] | undefined {
  const start = der[1] === 0x81 ? 3 : 2;
  const rLength = der[start + 1] ?? 0;
  const sAt = start + 2 + rLength;
  const r = fromBytes(der.subarray(start + 2, sAt));
  const s = fromBytes(der.subarray(sAt + 2));
  return toDer(r, s).equals(der) ? [r, s] : undefined;
}
