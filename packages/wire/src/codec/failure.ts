/**
 * A request that cannot be served, as a fact still without a protocol: which AWS error, what it says, with which status.
 * Everything in this package that refuses a request throws one; `answer.ts` dresses it for the caller's protocol.
 */
export class WireFailure extends Error {
  /** AWS's error code, for example `SerializationException`. */
  readonly code: string;
  readonly status: number;
  readonly fault: "client" | "server";
  /** Further members that the error's shape has, for example `expectedSequenceToken`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** The connection cannot be used again, because the rest of its request was not read. */
  readonly closes: boolean;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly members?: Readonly<Record<string, unknown>>;
      readonly closes?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.fault = this.status < 500 ? "client" : "server";
    this.members = options.members ?? {};
    this.closes = options.closes ?? false;
  }
}

/** The input's bytes are not what the protocol says they should be. */
export const serialization = (message: string): WireFailure => new WireFailure("SerializationException", message);
