import { createHash } from "node:crypto";

/** An opaque token for the next page of what `request` asked for. */
export function makePageToken(position: string, request: unknown): string {
  return Buffer.from(JSON.stringify([position, digest(request)])).toString("base64url");
}

/** Where the token's page begins; undefined when it is not ours or was given for another request. */
export function readPageToken(text: string, request: unknown): string | undefined {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(token) || token.length !== 2) return undefined;
  const [position, asked]: unknown[] = token;
  return typeof position === "string" && asked === digest(request) ? position : undefined;
}

function digest(request: unknown): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("base64url").slice(0, 16);
}
