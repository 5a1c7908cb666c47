import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** HTTP by hand: requests that no client library would send, and a reader that takes only well-formed answers. */
export interface RawRequest {
  method: string;
  target: string;
  version: string;
  /** In the order in which they are sent; names may repeat. */
  headers: [name: string, value: string][];
  body: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface Exchange {
  readonly answers: readonly RawAnswer[];
  /** How the server left the connection. "open" also when the test stopped waiting for more. */
  readonly end: "open" | "closed" | "reset";
  /** The time ran out before what was awaited came. */
  readonly timedOut: boolean;
}

/** The server's bytes are no HTTP. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

export function toBytes(request: RawRequest): Buffer {
  const head = `${request.method} ${request.target} ${request.version}\r\n${request.headers
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), request.body]);
}

export interface ExchangeOptions {
  /** Stop after so many final answers. Default 1. */
  readonly answers?: number;
  /** Ends the sending side after the bytes. */
  readonly halfClose?: boolean;
  /** Tears the connection down right after the bytes were sent. */
  readonly tear?: boolean;
  readonly timeoutMs?: number;
  /** Pause before each piece but the first. */
  readonly paceMs?: number;
  readonly methods?: readonly string[];
}

/** Sends bytes on a connection of their own and reads what comes back. */
export async function exchange(
  port: number,
  pieces: Buffer | string | readonly (Buffer | string)[],
  options: ExchangeOptions = {},
): Promise<Exchange> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  // How a connection ends is read below; what comes after that is of no interest.
  socket.on("error", () => {});
  const reading = readAnswers(socket, options);
  let over = false;
  const settled = () => {
    over = true;
  };
  reading.then(settled, settled);
  const list = Array.isArray(pieces) ? pieces : [pieces];
  for (const [index, piece] of list.entries()) {
    if (index > 0 && options.paceMs !== undefined) await wait(options.paceMs);
    if (over || socket.destroyed || socket.writableEnded) break;
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off("close", done);
        resolve();
      };
      socket.once("close", done);
      socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece, done);
    });
  }
  if (options.tear) socket.resetAndDestroy();
  else if (options.halfClose && !socket.destroyed) socket.end();
  try {
    return await reading;
  } finally {
    socket.destroy();
  }
}

/** Reads from a socket until enough answers came, it was closed, or the time ran out. */
export function readAnswers(socket: Socket, options: ExchangeOptions = {}): Promise<Exchange> {
  const { answers: wanted = 1, timeoutMs = 10_000, methods = [] } = options;
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const answers: RawAnswer[] = [];
    const settle = (end: Exchange["end"], timedOut: boolean) => {
      stopReading();
      try {
        if (end !== "open") take(true);
        resolve({ answers, end, timedOut });
      } catch (error) {
        reject(error);
      }
    };
    const take = (closed: boolean) => {
      while (received.length > 0) {
        const parsed = parseAnswer(received, methods[answers.length] === "HEAD", closed);
        if (parsed === undefined) return;
        received = received.subarray(parsed.length);
        if (parsed.answer.status >= 200) answers.push(parsed.answer);
      }
    };
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      try {
        take(false);
      } catch (error) {
        stopReading();
        return reject(error);
      }
      if (answers.length >= wanted) settle("open", false);
    };
    let failed = false;
    const onError = () => {
      failed = true;
    };
    const stopReading = () => {
      clearTimeout(timer);
      socket.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onError);
    };
    const onEnd = () => settle("closed", false);
    const onClose = () => settle(failed ? "reset" : "closed", false);
    const timer = setTimeout(() => settle("open", true), timeoutMs);
    socket.on("data", onData).once("end", onEnd).once("close", onClose);
    socket.on("error", onError);
  });
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t\x80-\xff]*)$/;

/** One answer from the front of the bytes; undefined while it is incomplete. Throws on anything RFC 9112 does not allow. */
export function parseAnswer(
  bytes: Buffer,
  toHead: boolean,
  closed: boolean,
): { answer: RawAnswer; length: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) {
    if (closed || bytes.length > 65_536)
      throw new MalformedAnswer(`no end of head in ${JSON.stringify(bytes.toString("latin1", 0, 200))}`);
    return undefined;
  }
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(STATUS_LINE.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new MalformedAnswer(`status line ${JSON.stringify(statusLine)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new MalformedAnswer(`header line ${JSON.stringify(line)}`);
    if (headers.has(name.toLowerCase())) throw new MalformedAnswer(`header ${name} twice`);
    headers.set(name.toLowerCase(), value);
  }
  const start = headEnd + 4;
  const answer = (body: Buffer, length: number) => ({ answer: { status, headers, body }, length });
  if (toHead || status < 200 || status === 204 || status === 304) return answer(Buffer.alloc(0), start);
  // A stream of events has no end that could be waited for; its head is its answer.
  if (headers.get("content-type") === "application/vnd.amazon.eventstream")
    return answer(Buffer.alloc(0), bytes.length);
  if (headers.get("transfer-encoding") === "chunked") {
    const chunked = parseChunked(bytes, start);
    if (chunked !== undefined) return answer(chunked.body, chunked.end);
    if (closed) throw new MalformedAnswer("a chunked answer ends early");
    return undefined;
  }
  const declared = headers.get("content-length");
  if (declared === undefined) return closed ? answer(bytes.subarray(start), bytes.length) : undefined;
  if (!/^\d+$/.test(declared)) throw new MalformedAnswer(`content-length ${declared}`);
  const end = start + Number(declared);
  if (bytes.length >= end) return answer(bytes.subarray(start, end), end);
  if (closed) throw new MalformedAnswer(`the answer ends ${end - bytes.length} bytes early`);
  return undefined;
}

function parseChunked(bytes: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = bytes.toString("latin1", at, lineEnd);
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) throw new MalformedAnswer(`chunk size ${JSON.stringify(size)}`);
    const length = Number.parseInt(size, 16);
    at = lineEnd + 2;
    if (bytes.length < at + length + 2) return undefined;
    if (bytes.toString("latin1", at + length, at + length + 2) !== "\r\n") throw new MalformedAnswer("chunk end");
    if (length === 0) return { body: Buffer.concat(chunks), end: at + 2 };
    chunks.push(bytes.subarray(at, at + length));
    at += length + 2;
  }
}
