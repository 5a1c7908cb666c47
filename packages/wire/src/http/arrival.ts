import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { SigningKeys } from "../auth/verify.ts";
import type { Answer } from "../codec/answer.ts";
import type { Call, Credential, Principal, Service } from "../service.ts";
import type { BodyBudget } from "./body.ts";
import type { Detected } from "./detect.ts";
import type { Limits } from "./limits.ts";

/** A request that was told to be a call, on its way to its answer. */
export interface Arrival {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
  /** As the call means them: see `meantHeaders`. */
  readonly headers: IncomingHttpHeaders;
  readonly detected: Detected;
  readonly progress: Progress;
  readonly server: Conduct;
}

/** What becomes known of a call as it goes on; the record is made of it, however far the call came. */
export interface Progress {
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly invocationId: string | undefined;
  readonly attempt: number;
  readonly signal: AbortSignal;
  detected: Detected | undefined;
  operation: string | undefined;
  /** As the request claims it, before anything is proven. */
  claim: { readonly accessKeyId: string; readonly region: string } | undefined;
  /** Set once the caller is proven. */
  credential: Credential | undefined;
  input: Record<string, unknown> | undefined;
  bodyBytes: number;
}

export interface Conducted {
  readonly answer: Answer;
  readonly output: unknown;
}

/** What a call needs from its server. */
export interface Conduct {
  credentials(
    accessKeyId: string,
    sessionToken: string | undefined,
  ): Promise<Credential | undefined> | Credential | undefined;
  authorize(call: Call, input: unknown): Promise<void> | void;
  unsigned?(service: string): UnsignedCaller | undefined;
  readonly session?: WireSession;
  /** Whether there is a service that is signed with the name. */
  serves(signingName: string): boolean;
  /** The service of a query call's `Version`. */
  byVersion(version: string): Service | undefined;
  clock(): Date;
  readonly regions: ReadonlySet<string> | undefined;
  readonly limits: Limits;
  readonly keys: SigningKeys;
  readonly budget: BodyBudget;
}

/** Who makes calls without a signature, and which such calls a service takes. What they prove they prove by their input. */
export interface UnsignedCaller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly operations: ReadonlySet<string>;
}

/** The sessions that a server keeps, such as those of people in a browser: a call in one has no signature. */
export interface WireSession {
  /** The signing name of the service that a request says it is for, such as `logs`; undefined where it is in no session. Proves nothing. */
  service(req: IncomingMessage): string | undefined;
  /**
   * Who makes a call; undefined for one without a session. Throws a `WireFailure` for a session that is over, or a request that
   * its page did not make.
   */
  caller(req: IncomingMessage): Promise<SessionCaller | undefined> | SessionCaller | undefined;
}

/** Who calls in a session, and the scope that a signature would have named. Whoever gives it has proven the session and that the request was meant. */
export interface SessionCaller extends Omit<Credential, "secret"> {
  readonly region: string;
  /** The service's name in signatures, such as `logs`. */
  readonly signingName: string;
}
