import type { IncomingHttpHeaders } from "node:http";

/** What of a presigned address is the signature's own, or says how the body is proven. */
const OF_THE_SIGNATURE: ReadonlySet<string> = new Set([
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-signature",
  "x-amz-signedheaders",
  "x-amz-security-token",
  "x-amz-content-sha256",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
]);

/**
 * A request's headers, and those that stand in a presigned address in their place: signers move headers of AWS's own there, such as
 * an object's access list and metadata, and S3 takes them from there. All of the address is signed, so nobody else can have put them there.
 */
export function meantHeaders(headers: IncomingHttpHeaders, query: URLSearchParams): IncomingHttpHeaders {
  if (!query.has("X-Amz-Signature") && !query.has("Signature")) return headers;
  const moved: [name: string, value: string][] = [];
  for (const [key, value] of query) {
    const name = key.toLowerCase();
    if (name.startsWith("x-amz-") && !OF_THE_SIGNATURE.has(name) && headers[name] === undefined)
      // As Node gives headers: each byte a character.
      moved.push([name, Buffer.from(value).toString("latin1")]);
  }
  return moved.length === 0 ? headers : { ...headers, ...Object.fromEntries(moved) };
}
