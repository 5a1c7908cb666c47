import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "../codec/answer.ts";
import { EVENT_STREAM } from "../codec/event-stream.ts";
import { drain } from "./body.ts";

/** What sending an answer needs to know beside it. */
export interface Sending {
  readonly requestId: string;
  /** The rest of the request was not read, so the connection cannot be used again. */
  readonly closes: boolean;
  readonly signal: AbortSignal;
  /** See `Limits.answerIdleMs`. */
  readonly idleMs: number;
  /** Told of a body that broke off on our side. */
  failed(error: unknown): void;
}

/**
 * Sends an answer to its end. A request that was refused early may still be coming in; it is listened to for a while, so
 * that its sender gets to read the answer. Rejects when the connection breaks.
 */
export async function send(req: IncomingMessage, res: ServerResponse, answer: Answer, sending: Sending): Promise<void> {
  const { requestId, closes } = sending;
  if (res.destroyed) {
    if (answer.body && !(answer.body instanceof Uint8Array)) await answer.body[Symbol.asyncIterator]().return?.();
    return;
  }
  // A client that never reads would hold its answer in memory for good. A stream that has nothing to say holds nothing.
  res.setTimeout(sending.idleMs, () => {
    if (req.socket.writableLength > 0) res.destroy();
  });
  const headers: Record<string, string> = { ...answer.headers, "x-amzn-requestid": requestId };
  if (answer.headers["content-type"] === "application/xml") headers["x-amz-request-id"] = requestId;
  const head = req.method === "HEAD";
  if (answer.body && !(answer.body instanceof Uint8Array)) {
    res.writeHead(answer.status, headers);
    // Headers go out at once: a client waits for them while the stream has nothing to say yet.
    res.flushHeaders();
    // Few chunks are held for a client that reads slowly; then the handler's generator waits.
    await pipeline(Readable.from(watched(answer.body, answer, sending), { objectMode: true, highWaterMark: 4 }), res);
    return;
  }
  // An answer to HEAD says how long the body would be, unless the handler said so itself.
  headers["content-length"] ??= String(answer.body?.byteLength ?? 0);
  // A client that still waits to be asked for its body will not send it after a refusal.
  const waiting = req.headers.expect !== undefined && !req.readableDidRead && !req.complete;
  if (closes || waiting) headers.connection = "close";
  const body = head ? undefined : answer.body;
  if (req.complete || waiting) {
    res.writeHead(answer.status, headers).end(body);
    return;
  }
  // The answer goes out whole before the rest of the request has come in.
  res.writeHead(answer.status, headers);
  if (body) res.write(body);
  else res.flushHeaders();
  const ended = await drain(req);
  res.end(() => {
    if (!ended) req.destroy();
  });
}

/**
 * Logs what a body fails of. A stream of events has told its client by then, and ends in order; any other body is cut off,
 * so that no client takes it for whole.
 */
async function* watched(body: AsyncIterable<Uint8Array>, answer: Answer, sending: Sending): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (!sending.signal.aborted) sending.failed(error);
    if (answer.headers["content-type"] !== EVENT_STREAM) throw error;
  }
}

/** Requests that Node could not parse, or that took too long to arrive. There is no call yet, so there is no record. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, requestId: string): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, code, message] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? [431, "RequestHeaderSectionTooLarge", "The request has more or larger headers than this server takes."]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? [408, "RequestTimeout", "The request took too long to arrive."]
        : [400, "MalformedHttpRequestException", "The request is not valid HTTP."];
  const body = JSON.stringify({ __type: code, message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/x-amz-json-1.1",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-amzn-requestid: ${requestId}`,
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
