import type { Protocol } from "../model/shape.ts";
import type { Principal } from "../service.ts";

/**
 * What happened in one call, for the audit trail. Made once, after the answer is known, also for calls that were refused
 * before anything could be told of them; then the unknown facts are undefined.
 */
export interface CallRecord {
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly durationMs: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly invocationId: string | undefined;
  readonly attempt: number;
  /** The SDK package's name, for example `cloudwatch-logs`. */
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly protocol: Protocol | undefined;
  readonly region: string | undefined;
  /** As the client claims it; only with a principal was it proven. */
  readonly accessKeyId: string | undefined;
  readonly account: string | undefined;
  readonly principal: Principal | undefined;
  /** The handler's input; undefined when it could not be read. Secrets are in it: see `redact`. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly bodyBytes: number;
  /** An event stream counts as answered when it starts. */
  readonly outcome: CallOutcome;
}

export type CallOutcome =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly status: number };
