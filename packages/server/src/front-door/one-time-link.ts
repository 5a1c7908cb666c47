import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../platform/clock/clock.ts";
import { type SessionSubject, sameSecret } from "./sessions.ts";

/** The link by which the first start lets its operator in: valid once, for minutes, from this machine alone. It is kept in memory only. */
export interface OneTimeLink {
  /** Makes the link's secret, in place of an earlier one. */
  issue(subject: SessionSubject): string;
  /** Uses the link up. Undefined, with nothing used up, when the secret is not the link's, it is too late, or the request comes from elsewhere. */
  redeem(secret: string, request: IncomingMessage): SessionSubject | undefined;
}

/** Long enough to move from the terminal to the browser. */
const VALID_MS = 15 * 60_000;

export function oneTimeLink(clock: Clock): OneTimeLink {
  let issued: { readonly secret: string; readonly until: number; readonly subject: SessionSubject } | undefined;
  return {
    issue(subject) {
      const secret = randomBytes(24).toString("base64url");
      issued = { secret, until: clock.now() + VALID_MS, subject };
      return secret;
    },
    redeem(secret, request) {
      if (issued === undefined || clock.now() >= issued.until || !isLocal(request)) return undefined;
      if (!sameSecret(secret, issued.secret)) return undefined;
      const { subject } = issued;
      issued = undefined;
      return subject;
    },
  };
}

/** From this machine, not through a proxy on it, and to a name of this machine: another site's name may be made to lead here. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? "";
  const loopback = address === "::1" || /^(::ffff:)?127\./.test(address);
  const proxied = headers.forwarded !== undefined || headers["x-forwarded-for"] !== undefined;
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  return loopback && !proxied && (host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host));
}
