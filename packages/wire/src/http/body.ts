import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { WireFailure } from "../codec/failure.ts";

/** Bytes of bodies held by all calls, bounded. */
export class BodyBudget {
  readonly #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  take(bytes: number): void {
    this.check(bytes);
    this.#held += bytes;
  }

  /** Throws when the bytes would not fit; clients try again after a 503. */
  check(bytes: number): void {
    if (this.#held + bytes > this.#limit) {
      throw new WireFailure(
        "ServiceUnavailableException",
        `The server holds ${this.#held} bytes of requests, which is as much as it may. Please try again.`,
        { status: 503, closes: true },
      );
    }
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** One call's share of the budget. */
export class BodyShare {
  readonly #budget: BodyBudget;
  #bytes = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /** Throws when the bytes would not fit now, and takes nothing. */
  check(bytes: number): void {
    this.#budget.check(bytes);
  }

  take(bytes: number): void {
    this.#budget.take(bytes);
    this.#bytes += bytes;
  }

  release(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }
}

export interface BodyLimits {
  readonly bytes: number;
  readonly idleMs: number;
}

export const tooLarge = (limit: number): WireFailure =>
  new WireFailure(
    "RequestEntityTooLargeException",
    `The request's body is larger than ${limit} bytes. Send less in one call.`,
    { status: 413, closes: true },
  );

/**
 * Reads a whole body. A length that is declared too large is refused before a byte is read; one that turns out too
 * large, stops arriving or ends too early is refused then. The client's `Expect: 100-continue` is answered here, so that
 * a refusal before this point spares it the sending.
 */
export async function readBody(
  req: IncomingMessage,
  res: ServerResponse,
  limits: BodyLimits,
  share: BodyShare,
): Promise<Buffer> {
  // A client may have gone while its credentials were looked up; then no event will come any more.
  if (req.destroyed && !req.complete) throw truncated(0);
  const declared = Number(req.headers["content-length"] ?? Number.NaN);
  if (declared > limits.bytes) throw tooLarge(limits.bytes);
  // Nothing is proven yet: what is only announced must not hold the room that others need.
  if (Number.isFinite(declared)) share.check(declared);
  if (/^100-continue$/i.test(req.headers.expect ?? "")) res.writeContinue();
  return new Promise((resolve, reject) => {
    const pieces = Number.isFinite(declared) ? wholePieces(declared) : gatheredPieces();
    let size = 0;
    const idle = setTimeout(() => {
      fail(
        new WireFailure(
          "RequestTimeout",
          `No byte of the request's body came for ${limits.idleMs} ms; ${size} came before. Is its Content-Length right?`,
          { status: 408, closes: true },
        ),
      );
    }, limits.idleMs);
    const done = () => {
      clearTimeout(idle);
      req.off("data", onData);
      req.off("end", onEnd);
      req.off("error", onError);
      req.off("close", onClose);
    };
    const fail = (failure: WireFailure) => {
      done();
      req.pause();
      reject(failure);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bytes) return fail(tooLarge(limits.bytes));
      try {
        share.take(chunk.length);
      } catch (error) {
        return fail(
          error instanceof WireFailure
            ? error
            : new WireFailure("InternalFailure", "The body could not be held.", { status: 500, cause: error }),
        );
      }
      pieces.add(chunk);
      idle.refresh();
    };
    const onEnd = () => {
      done();
      resolve(pieces.all());
    };
    const onError = () => fail(truncated(size));
    const onClose = () => fail(truncated(size));
    req.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  });
}

/** The pieces of a body as they come. `all` is asked once, when the last has come. */
interface Pieces {
  add(chunk: Buffer): void;
  all(): Buffer;
}

/** Of a length that is known: each piece is put into its place at once, so that it need not be kept. */
function wholePieces(length: number): Pieces {
  let whole: Buffer | undefined;
  let size = 0;
  return {
    add(chunk) {
      if (chunk.length === length) whole = chunk;
      else {
        // Its own memory, since a piece of Node's shared pool would not be aligned, and would keep all of the pool alive.
        whole ??= Buffer.allocUnsafeSlow(length);
        chunk.copy(whole, size);
      }
      size += chunk.length;
    },
    all: () => whole ?? Buffer.alloc(0),
  };
}

function gatheredPieces(): Pieces {
  const chunks: Buffer[] = [];
  return {
    add: (chunk) => chunks.push(chunk),
    all: () => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
  };
}

export const truncated = (size: number) =>
  new WireFailure("IncompleteBody", `The connection ended after ${size} bytes, before the request's body did.`, {
    closes: true,
  });

const inflate = promisify(gunzip);

/**
 * Inflates a body that was sent with `Content-Encoding: gzip`, after its signature was verified, up to the limit.
 * @param encoding the header; `aws-chunked` in it is a matter of the transport, which is undone before
 */
export async function inflateBody(
  body: Buffer,
  encoding: string | undefined,
  limits: BodyLimits,
  share: BodyShare,
): Promise<Buffer> {
  if (encoding === undefined) return body;
  const names = encoding.split(",").map((name) => name.trim().toLowerCase());
  const name = names.filter((each) => each !== "" && each !== "aws-chunked").join(",");
  if (name === "" || name === "identity") return body;
  if (name !== "gzip")
    throw new WireFailure(
      "SerializationException",
      `Content-Encoding '${name.slice(0, 64)}' is not supported. Send the body plain or with gzip.`,
    );
  let inflated: Buffer;
  try {
    inflated = await inflate(body, { maxOutputLength: limits.bytes });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new WireFailure(
        "RequestEntityTooLargeException",
        `The request's body inflates to more than ${limits.bytes} bytes. Send less in one call.`,
        { status: 413 },
      );
    }
    throw new WireFailure("SerializationException", "The request's body is not valid gzip.");
  }
  share.take(inflated.length);
  return inflated;
}

/** How long, and for how many bytes, a refused request is still listened to, so that its sender gets to read the answer. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 4 * 1024 * 1024;

/**
 * Lets the rest of a request run out after it was refused. Closing at once would make the client's system throw the
 * answer away with a connection reset. Gives whether the request came to its end, so that the connection may be kept.
 */
export function drain(req: IncomingMessage): Promise<boolean> {
  if (req.complete) return Promise.resolve(true);
  if (req.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    let size = 0;
    const done = (ended: boolean) => {
      clearTimeout(timer);
      req.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      resolve(ended);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > LINGER_BYTES) done(false);
    };
    const onEnd = () => done(true);
    const onClose = () => done(false);
    const timer = setTimeout(() => done(false), LINGER_MS);
    req.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
    req.resume();
  });
}
