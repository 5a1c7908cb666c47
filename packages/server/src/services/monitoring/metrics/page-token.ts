import { createHash } from "node:crypto";

/** An opaque token for the next page of what `request` asked for. */
export function makePageToken(position: unknown, request: unknown): string {
  return Buffer.from(JSON.stringify([position, digest(request)])).toString("base64url");
}

/**
 * Where the token's page begins; undefined when it is not ours or was given for another request. It was made by the server but
 * comes back from the caller: check its shape before use.
 */
export function readPageToken(text: string, request: unknown): unknown {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(token) || token.length !== 2) return undefined;
  const [position, asked]: unknown[] = token;
  return asked === digest(request) ? position : undefined;
}

function digest(request: unknown): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("base64url").slice(0, 16);
}
