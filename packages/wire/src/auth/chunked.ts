import { createHash, type Hash } from "node:crypto";
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
export type StreamingMode = keyof typeof MODES;

/** Whether `x-amz-content-sha256` announces a chunked body instead of giving a digest. */
export const isStreamingHash = (declared: string): declared is StreamingMode => Object.hasOwn(MODES, declared);

/** A chunk's head is a hexadecimal size and a signature; a trailer line is a checksum. */
const LONGEST_LINE = 4096;
const TRAILER_LINES = 16;
const EMPTY_SHA256 = sha256Hex("");

/** What proves a chunked body to be its sender's. */
export interface ChunkedProof {
  readonly mode: StreamingMode;
  readonly headers: IncomingHttpHeaders;
  readonly authorization: Authorization;
  readonly key: Uint8Array;
  readonly family: RefusalFamily;
}

/**
 * Gives the payload. Throws when a chunk or the trailer has another signature than the key gives, when the payload is not
 * as long as `x-amz-decoded-content-length` says, when a checksum in the trailer is not the payload's, and when the body
 * is not what it should be.
 */
export async function decodeChunked(
  sent: Buffer,
  mode: StreamingMode,
  headers: IncomingHttpHeaders,
  authorization: Authorization,
  key: Uint8Array,
  family: RefusalFamily,
): Promise<Buffer> {
  const payload: Buffer[] = [];
  const decoder = new ChunkedDecoder({ mode, headers, authorization, key, family }, (piece) => payload.push(piece));
  decoder.write(sent);
  const trailer = decoder.end();
  const decoded = Buffer.concat(payload);
  for (const [name, value] of trailer) await checkChecksum(name, value, decoded);
  return decoded;
}

/**
 * Takes the chunks apart as they come. The payload is handed on before its chunk's signature is known to be good, so
 * whoever gets it must do nothing that lasts before `end` has returned.
 */
export class ChunkedDecoder {
  readonly #proof: ChunkedProof;
  readonly #signed: boolean;
  readonly #trailed: boolean;
  readonly #onPayload: (piece: Buffer) => void;
  readonly #trailer = new Map<string, string>();
  #state: "size" | "data" | "data end" | "trailer" | "done" = "size";
  #previous: string;
  #line: Buffer = Buffer.alloc(0);
  /** Bytes that the chunk still has. */
  #left = 0;
  /** The chunk is the empty one that ends the payload. */
  #last = false;
  #chunkProof: string | undefined;
  #digest: Hash | undefined;
  #decoded = 0;
  #trailerText = "";

  constructor(proof: ChunkedProof, onPayload: (piece: Buffer) => void) {
    const { signed, trailer } = MODES[proof.mode];
    this.#proof = proof;
    this.#signed = signed;
    this.#trailed = trailer;
    this.#onPayload = onPayload;
    this.#previous = proof.authorization.signature;
  }

  /** Throws when the body is malformed or a signature is wrong. */
  write(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "done") return;
      if (this.#state === "data") {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        this.#decoded += piece.length;
        this.#digest?.update(piece);
        this.#onPayload(piece);
        if (this.#left === 0) this.#endChunk();
      } else at = this.#takeLine(bytes, at);
    }
  }

  /** To be called when the body has ended. Gives the trailer. */
  end(): ReadonlyMap<string, string> {
    if (this.#state === "data") throw malformed("it ends inside a chunk");
    if (this.#state === "size" || this.#state === "data end" || this.#line.length > 0)
      throw malformed("a line does not end");
    if (this.#state === "trailer") this.#endTrailer(undefined);
    const declared = this.#proof.headers["x-amz-decoded-content-length"];
    if (declared !== undefined && Number(declared) !== this.#decoded) {
      throw malformed(
        `the payload has ${this.#decoded} bytes, and 'x-amz-decoded-content-length' says ${String(declared).slice(0, 20)}`,
      );
    }
    return this.#trailer;
  }

  #takeLine(bytes: Buffer, at: number): number {
    const rest = bytes.subarray(at, at + LONGEST_LINE + 2);
    const buffer = this.#line.length === 0 ? rest : Buffer.concat([this.#line, rest]);
    const end = buffer.indexOf("\r\n", 0, "latin1");
    if (end < 0) {
      if (buffer.length > LONGEST_LINE) throw malformed("a line does not end");
      this.#line = Buffer.from(buffer);
      return at + rest.length;
    }
    const next = at + end + 2 - this.#line.length;
    this.#line = Buffer.alloc(0);
    this.#useLine(buffer.toString("latin1", 0, end));
    return next;
  }

  #useLine(line: string): void {
    if (this.#state === "data end") {
      if (line !== "") throw malformed("a chunk is longer than its size");
      this.#state = "size";
    } else if (this.#state === "size") this.#startChunk(line);
    else this.#takeTrailer(line);
  }

  #startChunk(line: string): void {
    const [, size = "", proof] = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
    if (size === "") throw malformed("a chunk has no size");
    this.#left = Number.parseInt(size, 16);
    this.#last = this.#left === 0;
    this.#chunkProof = proof;
    this.#digest = this.#signed ? createHash("sha256") : undefined;
    this.#state = "data";
    if (this.#last) this.#endChunk();
  }

  #endChunk(): void {
    if (this.#digest)
      this.#check("AWS4-HMAC-SHA256-PAYLOAD", [EMPTY_SHA256, this.#digest.digest("hex")], this.#chunkProof);
    this.#state = this.#last ? "trailer" : "data end";
  }

  #takeTrailer(line: string): void {
    if (!this.#trailed || line === "") {
      this.#endTrailer(undefined);
      return;
    }
    const colon = line.indexOf(":");
    if (colon < 1) throw malformed("a trailer line has no colon");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") {
      this.#endTrailer(value);
      return;
    }
    if (this.#trailer.size >= TRAILER_LINES) throw malformed(`it has more than ${TRAILER_LINES} trailer lines`);
    this.#trailer.set(name, value);
    this.#trailerText += `${name}:${value}\n`;
  }

  #endTrailer(signature: string | undefined): void {
    this.#state = "done";
    if (!this.#trailed) return;
    if (this.#signed) this.#check("AWS4-HMAC-SHA256-TRAILER", [sha256Hex(this.#trailerText)], signature);
    for (const name of announced(this.#proof.headers))
      if (!this.#trailer.has(name)) throw malformed(`the trailer lacks '${name}', which 'x-amz-trailer' announces`);
  }

  #check(kind: string, digests: readonly string[], given: string | undefined): void {
    const { key, authorization, family } = this.#proof;
    const expected = chunkSignature(key, kind, authorization, this.#previous, digests);
    if (given === undefined || !sameText(expected, given)) throw refuse(family, "wrongSignature");
    this.#previous = expected;
  }
}

const malformed = (what: string) => new WireFailure("IncompleteBody", `The aws-chunked body is malformed: ${what}.`);

/** The headers that a chunked body's trailer will have. */
export const announced = (headers: IncomingHttpHeaders): string[] =>
  String(headers["x-amz-trailer"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
