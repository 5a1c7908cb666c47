/** What one server accepts at once. Every limit is visible to the client as an error that names it. */
export interface Limits {
  /** Bytes of one body as sent, and again after it was inflated. */
  readonly bodyBytes: number;
  /** Smaller (or larger) body limits by service name, for example `{ "cloudwatch-logs": 8 << 20 }`. */
  readonly bodyBytesByService: Readonly<Record<string, number>>;
  /** Bytes of one body that is handed on as it comes, such as an object's of S3, and is never held. */
  readonly streamedBytes: number;
  /** Bytes of all bodies held at once. Beyond it calls are answered with 503, and clients try again. */
  readonly bufferedBytes: number;
  /** Calls in work at once. Beyond it calls are answered with 503. */
  readonly calls: number;
  /** Open connections. Further ones are closed as they come, which costs nothing. */
  readonly connections: number;
  /** Bytes of a request's line and headers together. */
  readonly headerBytes: number;
  readonly headers: number;
  /** Time for the headers to arrive, counted from the connection's opening or the last answer's end. */
  readonly headersMs: number;
  /** Time for a whole request to arrive. */
  readonly requestMs: number;
  /** Longest silence inside a body. */
  readonly bodyIdleMs: number;
  /** Longest time that a client may leave an answer unread; then its connection is closed. */
  readonly answerIdleMs: number;
  /** How long an unused connection is kept. */
  readonly keepAliveMs: number;
  /** Time that calls in work get when the server closes. */
  readonly drainMs: number;
}

export const defaultLimits: Limits = {
  // Lambda's and S3's largest plain inputs are below it; a megabyte of PutLogEvents stays far below.
  bodyBytes: 32 * 1024 * 1024,
  // A batch of CloudWatch Logs is 1 MiB of text, which JSON can write as \u escapes of six bytes for each character.
  bodyBytesByService: { "cloudwatch-logs": 8 * 1024 * 1024, sts: 256 * 1024 },
  // S3's largest object in one call is 5 GiB.
  streamedBytes: 5 * 1024 * 1024 * 1024,
  // A quarter of the memory that the whole product may have busy; 64 batches of the largest size at once.
  bufferedBytes: 512 * 1024 * 1024,
  // More calls than this only wait for each other.
  calls: 4096,
  // A connection at rest costs about 10 KB, and each one a file descriptor.
  connections: 20_000,
  // AWS's session tokens may take 8 KB, and S3's metadata 2 KB.
  headerBytes: 32 * 1024,
  headers: 200,
  headersMs: 15_000,
  // 32 MiB at 1 Mbit/s takes four and a half minutes.
  requestMs: 300_000,
  // A client whose Content-Length is wrong waits for us as we wait for it; SDKs try again after this.
  bodyIdleMs: 20_000,
  // As long as the SDKs wait for a server by default.
  answerIdleMs: 60_000,
  // SDKs keep their sockets for about a minute; closing later than the client spares it a reset.
  keepAliveMs: 75_000,
  drainMs: 10_000,
};
