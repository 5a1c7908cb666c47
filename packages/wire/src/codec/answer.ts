import type { Readable } from "node:stream";
import type { Operation, Protocol } from "../model/shape.ts";

/** An HTTP answer, complete but for what every answer gets (request id, length). */
export interface Answer {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** A request as a codec sees it: authenticated, inflated, within its limits. */
export interface WireRequest {
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query: URLSearchParams;
  /** Values of the labels in a REST path, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body of an operation that takes it as it comes, in place of `body`. */
  readonly stream?: Readable | undefined;
  /** The fields of a query protocol's call, from the URL and the body. */
  readonly form: URLSearchParams | undefined;
}

export interface AnswerContext {
  readonly requestId: string;
  /** The request's content type without parameters; awsJson answers in kind. */
  readonly contentType: string;
}

/** One protocol of one service: bytes to input, output to bytes, failure to bytes. Holds no state between calls. */
export interface Codec {
  readonly protocol: Protocol;
  /** Gives the typed, checked input. Throws a `WireFailure`. */
  read(operation: Operation, request: WireRequest): Record<string, unknown>;
  write(operation: Operation, output: unknown, context: AnswerContext): Answer;
}
