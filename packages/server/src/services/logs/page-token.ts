import { createHash } from "node:crypto";

/** Tokens of list operations live for a day (CloudWatch Logs API reference). */
const LIFE_MS = 86_400_000;

interface Token {
  /** Where the next page goes on; its meaning is the operation's own. */
  readonly position: unknown;
  /** What the first page was asked for: a token goes on with that and nothing else. */
  readonly request: string;
  readonly madeAt: number;
}

/** An opaque token for the next page of `request`. */
export function makePageToken(position: unknown, request: unknown, nowMs: number): string {
  const token: Token = { position, request: digest(request), madeAt: nowMs };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/**
 * The position in a token, or undefined if the token isn't ours, has expired, or was made for another request. The
 * position was made by the server but comes back from the caller: check its shape before use.
 */
export function readPageToken(text: string, request: unknown, nowMs: number): unknown {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof token !== "object" || token === null) return undefined;
  if (!("position" in token && "request" in token && "madeAt" in token)) return undefined;
  if (typeof token.madeAt !== "number" || nowMs - token.madeAt > LIFE_MS) return undefined;
  return token.request === digest(request) ? token.position : undefined;
}

function digest(request: unknown): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("base64url").slice(0, 16);
}
