import { createHash, type Hash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { PayloadChecksums } from "../auth/checksum.ts";
import { announced, ChunkedDecoder, type ChunkedProof } from "../auth/chunked.ts";
import { type RefusalFamily, refuse } from "../auth/refusals.ts";
import { sameText } from "../auth/verify.ts";
import { WireFailure } from "../codec/failure.ts";
import { type BodyLimits, tooLarge, truncated } from "./body.ts";

/** What the head of a request says of a body that is not read as a whole. */
export interface StreamedBodyOptions {
  /** As the call means them: checksums may stand in a presigned address. */
  readonly headers: IncomingHttpHeaders;
  readonly limits: BodyLimits;
  readonly family: RefusalFamily;
  /** The payload's SHA-256 in hex, where the head declares it. */
  readonly digest: string | undefined;
  readonly chunked: ChunkedProof | undefined;
}

/** Pieces, of 64 KiB at most, held for a reader that is slower than the client; then the client has to wait. */
const HIGH_WATER = 16;

/**
 * A request's payload as it comes, without the transport's chunks. It ends only when everything that the request says of
 * it was found true: length, digest, signatures of chunks, checksums. Otherwise it fails with a `WireFailure`, so what a
 * reader does before the end must leave nothing behind. Nothing is asked of the client before the first read.
 */
export class StreamedBody extends Readable {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #options: StreamedBodyOptions;
  readonly #checksums: PayloadChecksums;
  readonly #decoder: ChunkedDecoder | undefined;
  readonly #hash: Hash | undefined;
  #idle: NodeJS.Timeout | undefined;
  #started = false;
  /** Bytes as they were sent. */
  received = 0;
  /** Bytes of the payload, as the head declares them; undefined where it does not. */
  readonly declaredLength: number | undefined;

  /** Throws for a length that is too large, and for a checksum that is not supported. */
  constructor(req: IncomingMessage, res: ServerResponse, options: StreamedBodyOptions) {
    // Pieces are handed on as they came: a stream of bytes would join those that wait, and copy them for it.
    super({ objectMode: true, highWaterMark: HIGH_WATER });
    this.#req = req;
    this.#res = res;
    this.#options = options;
    const { headers } = options;
    const declared = lengthOf(headers["content-length"]);
    const decoded = lengthOf(headers["x-amz-decoded-content-length"]);
    this.declaredLength = options.chunked ? decoded : declared;
    if ((this.declaredLength ?? 0) > options.limits.bytes) throw tooLarge(options.limits.bytes);
    this.#checksums = new PayloadChecksums(headers, options.chunked ? announced(headers) : []);
    this.#decoder = options.chunked && new ChunkedDecoder(options.chunked, (piece) => this.#give(piece));
    this.#hash = options.digest === undefined ? undefined : createHash("sha256");
  }

  /** Of the payload, by algorithm, in base64: those that came with the request. Complete when the stream has ended. */
  get checksums(): ReadonlyMap<string, string> {
    return this.#checksums.values;
  }

  override _read(): void {
    if (!this.#started) this.#start();
    this.#idle?.refresh();
    this.#req.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#detach();
    callback(error);
  }

  #start(): void {
    this.#started = true;
    const req = this.#req;
    if (req.destroyed && !req.complete) {
      this.destroy(truncated(0));
      return;
    }
    if (/^100-continue$/i.test(req.headers.expect ?? "")) this.#res.writeContinue();
    const { idleMs } = this.#options.limits;
    this.#idle = setTimeout(() => {
      // A reader that does not read keeps the client waiting; that is not the client's fault.
      if (req.isPaused()) this.#idle?.refresh();
      else
        this.destroy(
          new WireFailure(
            "RequestTimeout",
            `No byte of the request's body came for ${idleMs} ms; ${this.received} came before. Is its Content-Length right?`,
            { closes: true },
          ),
        );
    }, idleMs);
    this.#idle.unref();
    req.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onClose).on("close", this.#onClose);
  }

  #detach(): void {
    clearTimeout(this.#idle);
    const req = this.#req;
    req.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose);
    if (!this.#started) return;
    // The rest, if any, is for whoever answers; an error of the connection must still find a listener.
    req.off("error", this.#onClose).on("error", () => {});
    if (!req.complete) req.pause();
  }

  readonly #onData = (piece: Buffer): void => {
    this.received += piece.length;
    this.#idle?.refresh();
    try {
      if (this.received > this.#options.limits.bytes * FRAMING) throw tooLarge(this.#options.limits.bytes);
      if (this.#decoder) this.#decoder.write(piece);
      else this.#give(piece);
    } catch (error) {
      this.destroy(asError(error));
    }
  };

  #give(piece: Buffer): void {
    this.#hash?.update(piece);
    this.#checksums.update(piece);
    if (!this.push(piece)) this.#req.pause();
  }

  readonly #onEnd = (): void => {
    clearTimeout(this.#idle);
    this.#prove().then(
      () => this.push(null),
      (error: unknown) => this.destroy(asError(error)),
    );
  };

  readonly #onClose = (): void => {
    if (!this.#req.complete) this.destroy(truncated(this.received));
  };

  async #prove(): Promise<void> {
    const { digest, family } = this.#options;
    const trailer = this.#decoder?.end() ?? new Map<string, string>();
    if (digest !== undefined && !sameText(digest, this.#hash?.digest("hex") ?? ""))
      throw refuse(family, "wrongBody", "The SHA-256 of the body is not the one that 'x-amz-content-sha256' declares.");
    await this.#checksums.check(trailer);
  }
}

/** Chunks of 8 KiB, which is the least that S3 takes, have a hundred bytes around them. */
const FRAMING = 1.05;

const lengthOf = (text: string | string[] | undefined): number | undefined =>
  typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
