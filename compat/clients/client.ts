/** What a scenario needs of a client. Each driver beside this file adapts one real client to it. */

import type { ServiceFolder } from "../services.ts";
import type { Fields } from "../value.ts";

/**
 * `cli`: the AWS CLI, its own code in one long-lived Python process. `boto3`: AWS SDK for Python.
 * `js`: AWS SDK for JavaScript v3. `aws`: the AWS CLI's program, a process for each call; slow, for a few scenarios.
 */
export const CLIENT_NAMES = ["cli", "boto3", "js", "aws"] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

/** Who signs a call: another key id, secret or session token than the run's own, or nobody (an unsigned call). */
export type Identity =
  | "nobody"
  | { readonly keyId: string | undefined; readonly secret: string | undefined; readonly token: string | undefined };

/** Where the calls go. `endpoint` undefined is AWS itself. */
export interface Target {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
  readonly sessionToken: string | undefined;
}

export interface Call {
  readonly service: ServiceFolder;
  readonly operation: string;
  readonly input: Fields;
  readonly pages: number | undefined;
  readonly identity: Identity | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A refusal as the client shows it: `code`, `message`, `http` (status; undefined where the client hides it) and the
 * modelled error's own members. A failure on this side of the wire has a code that begins with `Client:`.
 */
export type Failure = Fields & { readonly code: string; readonly message: string };

export type Answer = { readonly ok: true; readonly output: Fields } | { readonly ok: false; readonly failure: Failure };

/** An open StartLiveTail session whose `sessionStart` has arrived. */
export interface Tail {
  /** `{sessionStart, updates: [sessionUpdate…], events: [log event…]}`: everything received so far. */
  read(): Promise<Fields>;
  close(): Promise<void>;
}

/** The session token of a call: the identity's, or the run's own where the secret is the run's own. */
export function tokenOf(target: Target, identity: Identity | undefined): string | undefined {
  if (identity === undefined || identity === "nobody") return target.sessionToken;
  return identity.token ?? (identity.secret === undefined ? target.sessionToken : undefined);
}

/** Calls may run at once. None retries: the first answer counts. */
export interface Client {
  call(call: Call): Promise<Answer>;
  /** Opens a live tail, or hands back the refusal. */
  tail(call: Call): Promise<Tail | Failure>;
  close(): Promise<void>;
}
