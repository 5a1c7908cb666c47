import type { IncomingHttpHeaders } from "node:http";
import { ALGORITHM, type CredentialScope, TERMINATOR } from "./canonical.ts";
import { type RefusalFamily, refuse } from "./refusals.ts";

/** What a request says about who signed it, before anything of it is believed. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** When it was signed, as `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  /** Seconds that a presigned URL lasts; `undefined` for a signature in the header. */
  readonly expires: number | undefined;
}

/** The longest that AWS lets a presigned URL last: seven days. */
const LONGEST_PRESIGNED = 604_800;

/**
 * Reads the signature from the `Authorization` header or the query string. `undefined` when the request has none.
 * Throws when there is one that cannot be read.
 */
export function readAuthorization(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  family: RefusalFamily,
): Authorization | undefined {
  const header = headers.authorization;
  if (header !== undefined) return fromHeader(header, headers, family);
  if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")) return fromQuery(query, family);
  return undefined;
}

function fromHeader(header: string, headers: IncomingHttpHeaders, family: RefusalFamily): Authorization {
  const [algorithm = "", ...rest] = header.split(" ");
  if (algorithm !== ALGORITHM) throw unsupportedAlgorithm(algorithm, family);
  const parts = new Map<string, string>();
  for (const part of rest.join(" ").split(",")) {
    const equals = part.indexOf("=");
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const missing = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  const dateHeader = headers["x-amz-date"] ?? headers.date;
  if (dateHeader === undefined)
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  if (missing.length > 0) throw refuse(family, "incomplete", missing.join(" "));
  return {
    ...readCredential(parts.get("Credential") ?? "", family),
    signedHeaders: readSignedHeaders(parts.get("SignedHeaders") ?? "", family),
    signature: parts.get("Signature") ?? "",
    time: readTime(String(dateHeader), family),
    expires: undefined,
    sessionToken: single(headers["x-amz-security-token"]),
  };
}

function fromQuery(query: URLSearchParams, family: RefusalFamily): Authorization {
  const algorithm = query.get("X-Amz-Algorithm") ?? "";
  if (algorithm !== ALGORITHM) throw unsupportedAlgorithm(algorithm, family);
  const missing = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Expires"].filter(
    (name) => !query.get(name),
  );
  if (missing.length > 0)
    throw refuse(
      family,
      "incomplete",
      `AWS query-string parameters must include ${missing.map((name) => `'${name}'`).join(", ")}.`,
    );
  const expires = query.get("X-Amz-Expires") ?? "";
  if (!/^\d{1,6}$/.test(expires) || Number(expires) > LONGEST_PRESIGNED) {
    throw refuse(family, "incomplete", `X-Amz-Expires must be a number of seconds between 0 and ${LONGEST_PRESIGNED}.`);
  }
  return {
    ...readCredential(query.get("X-Amz-Credential") ?? "", family),
    signedHeaders: readSignedHeaders(query.get("X-Amz-SignedHeaders") ?? "", family),
    signature: query.get("X-Amz-Signature") ?? "",
    time: readTime(query.get("X-Amz-Date") ?? "", family),
    expires: Number(expires),
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
  };
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const unsupportedAlgorithm = (algorithm: string, family: RefusalFamily) =>
  refuse(family, "incomplete", `Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}'. Sign with ${ALGORITHM}.`);

/** An access key id may itself contain slashes, so the scope is read from the end. */
function readCredential(credential: string, family: RefusalFamily): { accessKeyId: string; scope: CredentialScope } {
  const parts = credential.split("/");
  const [date, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join("/");
  if (parts.length < 5 || !date || !region || !service || !accessKeyId) {
    throw refuse(
      family,
      "incomplete",
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.slice(0, 200)}'`,
    );
  }
  if (terminator !== TERMINATOR)
    throw refuse(
      family,
      "badScope",
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${(terminator ?? "").slice(0, 64)}'.`,
    );
  return { accessKeyId, scope: { date, region, service } };
}

function readSignedHeaders(text: string, family: RefusalFamily): readonly string[] {
  const names = text.split(";");
  if (!names.includes("host"))
    throw refuse(family, "wrongSignature", "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  return names;
}

const BASIC_TIME = /^\d{8}T\d{6}Z$/;

function readTime(text: string, family: RefusalFamily): string {
  if (BASIC_TIME.test(text) && !Number.isNaN(timeOf(text).getTime())) return text;
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw refuse(
      family,
      "incomplete",
      `Date must be in ISO-8601 'basic format'. Got '${text.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  return date.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** The moment that `YYYYMMDDTHHMMSSZ` names. */
export const timeOf = (text: string): Date =>
  new Date(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 11)}:${text.slice(11, 13)}:${text.slice(13)}`);
