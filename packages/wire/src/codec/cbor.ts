import { cbor } from "@smithy/core/cbor";
import { serialization } from "./failure.ts";

/** Writes a tree of plain values; times are tagged by the writer. */
export const cborFromTree = (tree: unknown): Uint8Array => cbor.serialize(tree);

/**
 * Reads one CBOR item into a tree (RFC 8949: all major types, indefinite lengths, tags 1 to 3).
 *
 * The SDK's decoder is made for a client that trusts its server: it lets a key named `__proto__` choose an object's
 * prototype, mends bad UTF-8, and counts on the stack to stop deep input. Hence this one.
 */
export function treeFromCbor(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  const decoder = new Decoder(bytes);
  const tree = decoder.item(0);
  if (!decoder.atEnd()) throw serialization("The request's body has bytes after its CBOR item.");
  return tree;
}

/** Deeper than any input of AWS's; the reader's own bound is on typed input. */
const MAX_DEPTH = 128;

const BREAK = Symbol("break");
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const malformed = (what: string) => serialization(`The request's body is not valid CBOR: ${what}.`);

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  item(depth: number): unknown {
    const value = this.#any(depth);
    if (value === BREAK) throw malformed("a break stands outside an indefinite item");
    return value;
  }

  #any(depth: number): unknown {
    if (depth > MAX_DEPTH) throw malformed(`it nests deeper than ${MAX_DEPTH} levels`);
    const head = this.#bytes[this.#take(1)] ?? 0;
    const major = head >> 5;
    const minor = head & 31;
    const indefinite = minor === 31;
    switch (major) {
      case 0:
        return this.#argument(minor);
      case 1: {
        const value = this.#argument(minor);
        return typeof value === "bigint" ? -1n - value : -1 - value;
      }
      case 2:
        return indefinite ? Buffer.concat(this.#chunks(2)) : this.#slice(this.#length(minor));
      case 3:
        return indefinite ? this.#chunks(3).map(text).join("") : text(this.#slice(this.#length(minor)));
      case 4:
        return this.#list(indefinite ? undefined : this.#length(minor), depth);
      case 5:
        return this.#map(indefinite ? undefined : this.#length(minor), depth);
      case 6:
        return this.#tagged(this.#length(minor), depth);
      default:
        return this.#special(minor);
    }
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.byteLength - at) throw malformed("it ends too early");
    this.#at = at + count;
    return at;
  }

  #slice(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #argument(minor: number): number | bigint {
    if (minor < 24) return minor;
    if (minor === 24) return this.#view.getUint8(this.#take(1));
    if (minor === 25) return this.#view.getUint16(this.#take(2));
    if (minor === 26) return this.#view.getUint32(this.#take(4));
    if (minor === 27) {
      const value = this.#view.getBigUint64(this.#take(8));
      return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
    }
    throw malformed(`${minor} is no length`);
  }

  /** A length or count. Each element takes a byte at least, so a count beyond the bytes left is refused at once. */
  #length(minor: number): number {
    const length = Number(this.#argument(minor));
    if (length > this.#bytes.byteLength) throw malformed("it ends too early");
    return length;
  }

  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const head = this.#bytes[this.#take(1)] ?? 0;
      if (head === 0xff) return chunks;
      if (head >> 5 !== major || (head & 31) === 31) throw malformed("a chunk has another type than its string");
      chunks.push(this.#slice(this.#length(head & 31)));
    }
  }

  #list(count: number | undefined, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let i = 0; count === undefined || i < count; i++) {
      const value = this.#any(depth + 1);
      if (value === BREAK) {
        if (count === undefined) return list;
        throw malformed("a break stands in a counted list");
      }
      list.push(value);
    }
    return list;
  }

  #map(count: number | undefined, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = Object.create(null);
    for (let i = 0; count === undefined || i < count; i++) {
      const key = this.#any(depth + 1);
      if (key === BREAK && count === undefined) return map;
      if (typeof key !== "string") throw malformed("a map's key is not a string");
      map[key] = this.item(depth + 1);
    }
    return map;
  }

  #tagged(tag: number, depth: number): unknown {
    const value = this.item(depth + 1);
    if (tag === 1) {
      if (typeof value !== "number") throw malformed("a time is not a number");
      return new Date(value * 1000);
    }
    if (tag === 2 || tag === 3) {
      if (!(value instanceof Uint8Array) || value.byteLength > 64)
        throw malformed("a big number is not a short byte string");
      const magnitude = value.byteLength === 0 ? 0n : BigInt(`0x${Buffer.from(value).toString("hex")}`);
      return tag === 2 ? magnitude : -1n - magnitude;
    }
    return value;
  }

  #special(minor: number): unknown {
    if (minor === 20) return false;
    if (minor === 21) return true;
    if (minor === 22 || minor === 23) return null;
    if (minor === 25) return half(this.#view.getUint16(this.#take(2)));
    if (minor === 26) return this.#view.getFloat32(this.#take(4));
    if (minor === 27) return this.#view.getFloat64(this.#take(8));
    if (minor === 31) return BREAK;
    throw malformed(`${minor} is no simple value`);
  }
}

/** Keys and names come again and again, in one body and in the next; so many of the short ones are kept, each in the place of its hash. */
const KEPT_TEXTS = 2_048;
const KEPT_LENGTH = 40;
const kept: string[] = Array.from({ length: KEPT_TEXTS }, () => "");

/** Texts of ASCII, as nearly all are, need no decoder; calling it costs several times what a short text does. */
function text(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length > KEPT_LENGTH) return decoded(bytes);
  let hash = length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte > 127) return decoded(bytes);
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  const place = (hash ^ (hash >>> 15)) & (KEPT_TEXTS - 1);
  const found = kept[place] ?? "";
  if (isText(found, bytes)) return found;
  const made = decoded(bytes);
  kept[place] = made;
  return made;
}

function isText(found: string, bytes: Uint8Array): boolean {
  if (found.length !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) if (found.charCodeAt(i) !== bytes[i]) return false;
  return true;
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed("a text is not valid UTF-8");
  }
}

/** IEEE 754 binary16, which JavaScript's views cannot read. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
