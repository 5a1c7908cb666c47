import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";

/** A failure as the interface tells it: HTTP status, ClickHouse's code and name, and the text. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly codeName: string;

  constructor(status: number, code: number, codeName: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.codeName = codeName;
  }

  text(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.codeName}) (version embedded)\n`;
  }
}

type Summary = Record<string, string>;

/** One answer: its headers, its bytes with back-pressure, and its end, good or bad, before or after the first byte. */
export class Reply {
  readonly response: ServerResponse;
  readonly #tag = randomBytes(12).toString("base64url").slice(0, 16);
  #out: Writable;
  readonly #discard = new AbortController();
  #gzip = false;
  #held: Buffer[] | undefined;
  #holdLimit = 0;
  #bytes = 0;
  #overflow = false;
  #last: Buffer = Buffer.alloc(0);

  constructor(response: ServerResponse) {
    this.response = response;
    this.#out = response;
    // A client that goes away is noticed by 'close'; writing to it is harmless.
    response.on("error", () => {});
  }

  begin(queryId: string, gzip: boolean): void {
    this.#gzip = gzip;
    this.response.setHeader("X-ClickHouse-Query-Id", queryId.replace(/[^\x20-\x7e]/g, "?"));
    this.response.setHeader("X-ClickHouse-Server-Display-Name", "nephoscope");
    this.response.setHeader("X-ClickHouse-Timezone", "UTC");
    this.response.setHeader("X-ClickHouse-Exception-Tag", this.#tag);
  }

  format(name: string): void {
    this.response.setHeader("X-ClickHouse-Format", name);
    const json = /^(?:JSON|NDJSON|Pretty(?:JSON|NDJSON))/.test(name);
    const binary = /^(?:RowBinary|Native|Parquet|Arrow|RawBLOB)/.test(name);
    this.response.setHeader(
      "Content-Type",
      json ? "application/json; charset=UTF-8" : binary ? "application/octet-stream" : "text/plain; charset=UTF-8",
    );
  }

  summary(summary: Summary): void {
    if (!this.response.headersSent)
      this.response.setHeader("X-ClickHouse-Summary", JSON.stringify({ ...EMPTY_SUMMARY, ...summary }));
  }

  text(status: number, text: string | Buffer): void {
    if (!this.response.hasHeader("content-type")) this.response.setHeader("Content-Type", "text/plain; charset=UTF-8");
    this.response.statusCode = status;
    this.response.end(text);
  }

  /** Throws away what still comes, so that an engine that waits for a slow client can end at once. */
  discard(): void {
    this.#discard.abort();
  }

  hold(limit: number): void {
    this.#held = [];
    this.#holdLimit = limit;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    this.#last = chunk.length >= TAIL ? chunk : Buffer.concat([this.#last, chunk]).subarray(-TAIL);
    if (this.#held !== undefined) {
      if (this.#bytes <= this.#holdLimit) this.#held.push(chunk);
      else this.#overflow = true;
      return;
    }
    await this.#send(chunk);
  }

  async #send(chunk: Buffer): Promise<void> {
    if (!this.response.headersSent) this.#open();
    if (this.response.destroyed || this.#discard.signal.aborted) return;
    if (!this.#out.write(chunk)) {
      const over = new AbortController();
      const stop = () => over.abort();
      this.response.once("close", stop);
      this.#discard.signal.addEventListener("abort", stop);
      const stalled = setTimeout(() => this.response.destroy(), STALL_MS);
      // Either the client takes what it was sent, or it is gone and the rest is thrown away.
      await once(this.#out, "drain", { signal: over.signal }).catch(() => {});
      clearTimeout(stalled);
      this.#discard.signal.removeEventListener("abort", stop);
      this.response.off("close", stop);
    }
  }

  #open(): void {
    if (this.#gzip) {
      this.response.setHeader("Content-Encoding", "gzip");
      const gzip = createGzip({ level: 1 });
      gzip.pipe(this.response);
      this.#out = gzip;
    }
    this.response.writeHead(200);
  }

  async end(summary: () => Summary): Promise<void> {
    const held = this.#held;
    if (this.#overflow)
      throw new Refusal(
        500,
        396,
        "TOO_MANY_ROWS_OR_BYTES",
        `The result has more than ${this.#holdLimit} bytes; read it as a stream`,
      );
    this.summary({ ...summary(), ...statistics(this.#last.toString("latin1")), result_bytes: String(this.#bytes) });
    if (held !== undefined) for (const chunk of held) await this.#send(chunk);
    if (!this.response.headersSent) this.#open();
    this.#out.end();
  }

  /** Before the first byte an error is the whole answer; behind it, the marked block that ClickHouse's clients look for. */
  async fail(refusal: Refusal): Promise<void> {
    if (this.response.destroyed) return;
    const text = refusal.text();
    if (this.response.headersSent) {
      const length = Buffer.byteLength(text);
      this.#out.end(`\r\n__exception__\r\n${this.#tag}\r\n${text}${length} ${this.#tag}\r\n__exception__\r\n`);
      return;
    }
    this.response.setHeader("X-ClickHouse-Exception-Code", String(refusal.code));
    // What is left of the request's body is not read; the connection cannot be used again.
    if (refusal.status === 413) this.response.setHeader("Connection", "close");
    this.response.setHeader("Content-Type", "text/plain; charset=UTF-8");
    this.text(refusal.status, text);
  }
}

/**
 * A client that takes nothing for so long is taken for dead: the query behind it holds a place and its memory, and its own time
 * limit does not run while it waits to write.
 */
const STALL_MS = 60_000;

/** Enough of a result's end to hold the totals that some formats close with. */
const TAIL = 512;

const EMPTY_SUMMARY: Summary = {
  read_rows: "0",
  read_bytes: "0",
  written_rows: "0",
  written_bytes: "0",
  elapsed_ns: "0",
};

/** Rows and bytes read, where the format itself tells them at its end; chdb tells them nowhere else. */
function statistics(tail: string): Summary {
  const progress = /\{"progress":\{"read_rows":"(\d+)","read_bytes":"(\d+)"[^}]*\}\}\s*$/.exec(tail);
  const closing = /"rows_read": (\d+),\s*"bytes_read": (\d+)\s*\}\s*\}\s*$/.exec(tail);
  const [, rows, bytes] = progress ?? closing ?? [];
  return rows === undefined || bytes === undefined ? {} : { read_rows: rows, read_bytes: bytes };
}
