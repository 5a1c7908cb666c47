import type { IncomingHttpHeaders } from "node:http";
import { WireFailure } from "../codec/failure.ts";
import type { Authorization } from "./authorization.ts";
import { sha256Hex } from "./canonical.ts";
import { checkChecksum } from "./checksum.ts";
import { type RefusalFamily, refuse } from "./refusals.ts";
import { chunkSignature, sameText } from "./verify.ts";

/**
 * `aws-chunked` bodies: the payload in chunks, each with its own signature where the mode has them, and perhaps trailing
 * headers. AWS documents them under "Signature calculations for the authorization header: transferring payload in
 * multiple chunks".
 */
const MODES = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
} as const;
type Mode = keyof typeof MODES;

/** Whether `x-amz-content-sha256` announces a chunked body instead of giving a digest. */
export const isStreamingHash = (declared: string): declared is Mode => Object.hasOwn(MODES, declared);

/** A chunk's head is a hexadecimal size and a signature; a trailer line is a checksum. */
const LONGEST_LINE = 4096;
const TRAILER_LINES = 16;
const EMPTY_SHA256 = sha256Hex("");

/**
 * Gives the payload. Throws when a chunk or the trailer has another signature than the key gives, when the payload is not
 * as long as `x-amz-decoded-content-length` says, when a checksum in the trailer is not the payload's, and when the body
 * is not what it should be.
 */
export async function decodeChunked(
  sent: Buffer,
  mode: Mode,
  headers: IncomingHttpHeaders,
  authorization: Authorization,
  key: Uint8Array,
  family: RefusalFamily,
): Promise<Buffer> {
  const { signed, trailer } = MODES[mode];
  const lines = new Lines(sent);
  const payload: Buffer[] = [];
  let previous = authorization.signature;
  const check = (kind: string, digests: readonly string[], given: string | undefined) => {
    if (!signed) return;
    const expected = chunkSignature(key, kind, authorization, previous, digests);
    if (given === undefined || !sameText(expected, given)) throw refuse(family, "wrongSignature");
    previous = expected;
  };
  for (;;) {
    const [, size = "", proof] = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(lines.next()) ?? [];
    if (size === "") throw malformed("a chunk has no size");
    const length = Number.parseInt(size, 16);
    const chunk = lines.bytes(length);
    check("AWS4-HMAC-SHA256-PAYLOAD", [EMPTY_SHA256, sha256Hex(chunk)], proof);
    if (length === 0) break;
    payload.push(chunk);
    if (lines.next() !== "") throw malformed("a chunk is longer than its size");
  }
  const decoded = Buffer.concat(payload);
  const declared = headers["x-amz-decoded-content-length"];
  if (declared !== undefined && Number(declared) !== decoded.length) {
    throw malformed(
      `the payload has ${decoded.length} bytes, and 'x-amz-decoded-content-length' says ${String(declared).slice(0, 20)}`,
    );
  }
  if (trailer) {
    const read = readTrailer(lines);
    check("AWS4-HMAC-SHA256-TRAILER", [sha256Hex(read.text)], read.signature);
    for (const name of announced(headers))
      if (!read.values.has(name)) throw malformed(`the trailer lacks '${name}', which 'x-amz-trailer' announces`);
    for (const [name, value] of read.values) await checkChecksum(name, value, decoded);
  }
  return decoded;
}

const malformed = (what: string) => new WireFailure("IncompleteBody", `The aws-chunked body is malformed: ${what}.`);

const announced = (headers: IncomingHttpHeaders): string[] =>
  String(headers["x-amz-trailer"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

interface Trailer {
  readonly values: ReadonlyMap<string, string>;
  /** The trailer as it is signed. */
  readonly text: string;
  readonly signature: string | undefined;
}

function readTrailer(lines: Lines): Trailer {
  const values = new Map<string, string>();
  let text = "";
  for (let count = 0; count < TRAILER_LINES; count++) {
    if (lines.atEnd()) return { values, text, signature: undefined };
    const line = lines.next();
    if (line === "") return { values, text, signature: undefined };
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed("a trailer line has no colon");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") return { values, text, signature: value };
    values.set(name, value);
    text += `${name}:${value}\n`;
  }
  throw malformed(`it has more than ${TRAILER_LINES} trailer lines`);
}

/** Walks a body that alternates between lines and counted bytes. */
class Lines {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  atEnd(): boolean {
    return this.#at >= this.#body.length;
  }

  next(): string {
    const end = this.#body.indexOf("\r\n", this.#at, "latin1");
    if (end < 0 || end - this.#at > LONGEST_LINE) throw malformed("a line does not end");
    const line = this.#body.toString("latin1", this.#at, end);
    this.#at = end + 2;
    return line;
  }

  bytes(length: number): Buffer {
    if (length > this.#body.length - this.#at) throw malformed("it ends inside a chunk");
    const bytes = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }
}
