import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { splitUrl } from "../auth/canonical.ts";
import { SigningKeys } from "../auth/verify.ts";
import type { Answer } from "../codec/answer.ts";
import { WireFailure } from "../codec/failure.ts";
import { failureAnswer } from "../codec/failures.ts";
import type { Call, Credential, Service } from "../service.ts";
import type { Conduct, Progress, UnsignedCaller, WireSession } from "./arrival.ts";
import { BodyBudget } from "./body.ts";
import { conduct } from "./conduct.ts";
import { contentTypeOf, detect, detectRest } from "./detect.ts";
import { Directory } from "./directory.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { meantHeaders } from "./meant-headers.ts";
import type { CallOutcome, CallRecord } from "./record.ts";
import { refuseUnreadable, send } from "./send.ts";

export interface WireServerOptions {
  readonly services: readonly Service[];
  /** Gives the credential of an access key id, or undefined when there is none. May throw a `WireFailure`, such as `ExpiredTokenException`. */
  credentials(
    accessKeyId: string,
    sessionToken: string | undefined,
  ): Promise<Credential | undefined> | Credential | undefined;
  /** Throws what denies the call, made with `call.error`. */
  authorize(call: Call, input: unknown): Promise<void> | void;
  /**
   * Who makes unsigned calls to a service (by the SDK package's name), such as AssumeRoleWithWebIdentity, whose token is its
   * proof, or whoever reads a public object. Without it, and where it gives nothing, every call must be signed.
   */
  unsigned?(service: string): UnsignedCaller | undefined;
  /**
   * The REST service, by the name that its calls are signed with, that an unsigned request is for, such as a public object's
   * address: nothing else tells. Undefined for every other request; without it there are none.
   */
  unsignedRest?(req: IncomingMessage): string | undefined;
  /** Asked first of each request: sets headers that its answer is to have whatever it says. */
  before?(req: IncomingMessage, res: ServerResponse): void;
  /** Asked of each call that has no signature. Without it, sessions are not known. */
  readonly session?: WireSession;
  /** Called once for each call when its answer is known and not yet sent. The answer waits for a returned promise. */
  onCall(record: CallRecord): Promise<void> | void;
  /**
   * Requests that are answered without a signature although they may look like calls, such as the links in mails that SNS sends. Asked first;
   * undefined for every other request.
   */
  open?(req: IncomingMessage): ((req: IncomingMessage, res: ServerResponse) => void) | undefined;
  /** Requests that are no API call. Without it they are answered 404. */
  fallback?(req: IncomingMessage, res: ServerResponse): void;
  clock(): Date;
  /** Makes request ids; UUIDs when absent. */
  requestId?(): string;
  /** Regions that are served; any when absent. */
  readonly regions?: readonly string[];
  readonly limits?: Partial<Limits>;
  log(level: "error" | "warn", message: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface WireServer {
  /** Port 0 takes any free port. Gives the address that was taken. */
  listen(address: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly host: string; readonly port: number }>;
  /** Takes no more calls, lets those in work end, and after `drainMs` aborts what is left. */
  close(): Promise<void>;
  /** One request, for a server of the caller's own. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

export function createWireServer(options: WireServerOptions): WireServer {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const directory = new Directory(options.services);
  const server: Conduct = {
    credentials: options.credentials,
    authorize: options.authorize,
    ...(options.unsigned && { unsigned: options.unsigned }),
    ...(options.session && { session: options.session }),
    serves: (signingName) => directory.serves(signingName),
    byVersion: (version) => directory.byVersion(version),
    clock: options.clock,
    regions: options.regions && new Set(options.regions),
    limits,
    keys: new SigningKeys(),
    budget: new BodyBudget(limits.bufferedBytes),
  };
  const newRequestId = options.requestId ?? randomUUID;
  const working = new Map<Promise<void>, AbortController>();

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    options.before?.(req, res);
    const open = options.open?.(req);
    if (open) return open(req, res);
    const [, search] = splitUrl(req.url ?? "/");
    const query = new URLSearchParams(search);
    const head = { method: req.method ?? "GET", url: req.url ?? "/", headers: meantHeaders(req.headers, query) };
    const call = detect(directory, head, query, options.session?.service(req));
    const rest = call ? undefined : options.unsignedRest?.(req);
    const detected = rest === undefined ? call : detectRest(directory, head, query, rest);
    if (!detected && options.fallback) return options.fallback(req, res);
    const abort = new AbortController();
    const answered = answerCall(req, res, query, head.headers, detected, abort);
    working.set(answered, abort);
    try {
      await answered;
    } finally {
      working.delete(answered);
    }
  }

  async function answerCall(
    req: IncomingMessage,
    res: ServerResponse,
    query: URLSearchParams,
    headers: IncomingHttpHeaders,
    detected: Progress["detected"],
    abort: AbortController,
  ): Promise<void> {
    const progress = begin(req, newRequestId(), options.clock(), detected, abort.signal);
    res.once("close", () => {
      if (!res.writableFinished) abort.abort();
    });
    let outcome: CallOutcome;
    let answer: Answer;
    let closes = false;
    try {
      if (req.rawHeaders.length / 2 > limits.headers)
        throw new WireFailure("RequestHeaderSectionTooLarge", `The request has more than ${limits.headers} headers.`, {
          status: 431,
          closes: true,
        });
      if (working.size >= limits.calls)
        throw new WireFailure(
          "ServiceUnavailableException",
          `The server works on ${limits.calls} calls, which is as many as it may. Please try again.`,
          { status: 503 },
        );
      if (!detected)
        throw new WireFailure("UnknownOperationException", "The request is no call of an API that is served here.", {
          status: 404,
        });
      const done = await conduct({ req, res, query, headers, detected, progress, server });
      answer = done.answer;
      outcome = { ok: true, output: done.output };
    } catch (error) {
      const failure = error instanceof WireFailure ? error : internal(error, progress, options.log);
      closes = failure.closes;
      answer = failureAnswer(detected?.protocol ?? "awsJson1_1", failure, progress.detected?.service?.model, {
        requestId: progress.requestId,
        contentType: contentTypeOf(req.headers),
      });
      outcome = { ok: false, code: failure.code, message: failure.message, status: answer.status };
    }
    await report(record(progress, outcome, options.clock()));
    const failed = (error: unknown) =>
      options.log("error", "An answer broke off.", {
        requestId: progress.requestId,
        operation: progress.operation,
        error,
      });
    try {
      await send(req, res, answer, {
        requestId: progress.requestId,
        closes,
        signal: abort.signal,
        idleMs: limits.answerIdleMs,
        failed,
      });
    } catch (error) {
      // That the client went away is its own business; a body that failed was logged where it did.
      if (!abort.signal.aborted) failed(error);
      res.destroy();
    }
  }

  async function report(call: CallRecord): Promise<void> {
    try {
      await options.onCall(call);
    } catch (error) {
      options.log("error", "A call could not be recorded.", {
        requestId: call.requestId,
        service: call.service,
        operation: call.operation,
        error,
      });
    }
  }

  const http = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      // Without a host no signature is good; Node would refuse the request itself, and not in a form that AWS's clients read.
      requireHostHeader: false,
      // How often the two timeouts above are looked at.
      connectionsCheckingInterval: Math.min(limits.headersMs, 5_000),
    },
    (req, res) => void handle(req, res),
  );
  // One more than allowed, so that too many are seen and not cut off unseen.
  http.maxHeadersCount = limits.headers + 1;
  http.maxConnections = limits.connections;
  // With a listener of our own the body is asked for only once the head was found good.
  http.on("checkContinue", (req: IncomingMessage, res: ServerResponse) => void handle(req, res));
  // Other expectations are none that a server must meet (RFC 9110, 10.1.1).
  http.on("checkExpectation", (req: IncomingMessage, res: ServerResponse) => void handle(req, res));

  http.on("clientError", (error, socket) => refuseUnreadable(error, socket, newRequestId()));

  return {
    handle,
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        http.once("error", reject);
        http.listen({ host, port }, () => {
          http.off("error", reject);
          const address = http.address();
          // A server that listens on a host and port has an address with both.
          if (address === null || typeof address === "string") reject(new Error("The server has no address."));
          else resolve({ host: address.address, port: address.port });
        });
      }),
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeIdleConnections();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limits.drainMs);
      });
      await Promise.race([Promise.allSettled(working.keys()), late]);
      clearTimeout(timer);
      for (const abort of working.values()) abort.abort();
      http.closeAllConnections();
      await closed;
    },
  };
}

/** User agents are kept for the audit trail, which AWS cuts off at this length. */
const LONGEST_USER_AGENT = 1024;

function begin(
  req: IncomingMessage,
  requestId: string,
  now: Date,
  detected: Progress["detected"],
  signal: AbortSignal,
): Progress {
  const attempt = Number(/\battempt=(\d{1,4})\b/.exec(header(req, "amz-sdk-request") ?? "")?.[1] ?? 1);
  return {
    requestId,
    receivedAt: now,
    // An IPv4 client of a socket that takes both kinds.
    sourceIp: (req.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    userAgent: (req.headers["user-agent"] ?? "").slice(0, LONGEST_USER_AGENT),
    invocationId: header(req, "amz-sdk-invocation-id")?.slice(0, 128),
    attempt: Math.max(attempt, 1),
    signal,
    detected,
    operation: detected?.operation,
    claim: undefined,
    credential: undefined,
    input: undefined,
    bodyBytes: 0,
  };
}

const header = (req: IncomingMessage, name: string): string | undefined => {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function record(progress: Progress, outcome: CallOutcome, now: Date): CallRecord {
  return {
    requestId: progress.requestId,
    receivedAt: progress.receivedAt,
    durationMs: now.getTime() - progress.receivedAt.getTime(),
    sourceIp: progress.sourceIp,
    userAgent: progress.userAgent,
    invocationId: progress.invocationId,
    attempt: progress.attempt,
    service: progress.detected?.service?.model.name,
    operation: progress.operation,
    protocol: progress.detected?.protocol,
    region: progress.claim?.region,
    accessKeyId: progress.claim?.accessKeyId,
    account: progress.credential?.account,
    principal: progress.credential?.principal,
    input: progress.input,
    bodyBytes: progress.bodyBytes,
    outcome,
  };
}

/** The client learns that something failed and under which id to ask; what failed is for the log alone. */
function internal(error: unknown, progress: Progress, log: WireServerOptions["log"]): WireFailure {
  log("error", "A call failed on the server.", {
    requestId: progress.requestId,
    service: progress.detected?.service?.model.name,
    operation: progress.operation,
    error,
  });
  return new WireFailure(
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
    { status: 500 },
  );
}
