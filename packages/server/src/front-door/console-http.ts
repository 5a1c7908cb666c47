import type { IncomingMessage, ServerResponse } from "node:http";
import { WireFailure } from "@nephoscope/wire";

/** What every answer to a browser carries. */
export const SAFE_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

export function answerJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...SAFE_HEADERS,
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
  });
  response.end(bytes);
}

/** A sign-in is some hundred bytes. */
const MOST_BYTES = 8_192;

/** A small JSON object of a request's body. Throws `WireFailure` when it is something else, or takes too much. */
export async function readSmallJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  // A form of another site can not have this type without asking first (CORS).
  if (request.headers["content-type"]?.split(";")[0] !== "application/json") {
    throw new WireFailure("UnsupportedMediaType", "The body must be JSON.", { status: 415 });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new WireFailure("RequestTooLarge", `The body is over ${MOST_BYTES} bytes.`, { status: 413 });
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new WireFailure("ValidationException", "The body is no JSON.");
  }
  if (typeof value !== "object" || value === null)
    throw new WireFailure("ValidationException", "The body is no JSON object.");
  return { ...value };
}
