import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { splitUrl } from "./canonical.ts";
import { refuse } from "./refusals.ts";
import { sameText } from "./verify.ts";

/**
 * URLs presigned with the second version of AWS's signature (S3 user guide, "Authenticating requests: AWS Signature Version 2",
 * query string request authentication). Versions 1 of the AWS CLI and boto3 make them for every endpoint that is not AWS's own,
 * unless they are told otherwise. The signature in headers is not taken.
 */
export interface PresignedV2 {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly signature: string;
  /** Seconds since the epoch, as written. */
  readonly expires: string;
}

/** Undefined for a URL that is no such one. */
export function readPresignedV2(query: URLSearchParams): PresignedV2 | undefined {
  const accessKeyId = query.get("AWSAccessKeyId");
  const signature = query.get("Signature");
  const expires = query.get("Expires");
  if (!accessKeyId || !signature || !expires) return undefined;
  return { accessKeyId, signature, expires, sessionToken: query.get("x-amz-security-token") ?? undefined };
}

/** What of the query is signed. */
const SUBRESOURCES: ReadonlySet<string> = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "defaultObjectAcl",
  "delete",
  "encryption",
  "inventory",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "ownershipControls",
  "partNumber",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
  "restore",
  "select",
  "select-type",
  "storageClass",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
]);

export interface PresignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** Of a bucket that stands in the host's name. */
  readonly hostBucket: string | undefined;
}

/** Throws when the URL has expired, or was signed with another secret or for another request. */
export function checkPresignedV2(presigned: PresignedV2, secret: string, request: PresignedRequest, now: Date): void {
  if (!/^\d{1,12}$/.test(presigned.expires))
    throw refuse("s3", "incomplete", "The Expires of a presigned URL is a number of seconds.");
  if (Number(presigned.expires) * 1000 < now.getTime()) throw refuse("s3", "expired");
  const expected = createHmac("sha1", secret).update(textToSign(presigned, request)).digest("base64");
  if (!sameText(expected, presigned.signature)) throw refuse("s3", "wrongSignature");
}

function textToSign({ expires }: PresignedV2, { method, url, headers, query, hostBucket }: PresignedRequest): string {
  const [path] = splitUrl(url);
  const amz = new Map<string, string>();
  for (const [name, value] of query) if (/^x-amz-/i.test(name)) amz.set(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith("x-amz-") && value !== undefined) amz.set(name, String(value));
  const amzLines = [...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value.trim()}\n`);
  const signed = [...query]
    .filter(([name]) => SUBRESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const resource = (hostBucket === undefined ? "" : `/${hostBucket}`) + path;
  return [
    method,
    headers["content-md5"] ?? query.get("content-md5") ?? "",
    headers["content-type"] ?? query.get("content-type") ?? "",
    expires,
    `${amzLines.join("")}${resource}${signed.length > 0 ? `?${signed.join("&")}` : ""}`,
  ].join("\n");
}
