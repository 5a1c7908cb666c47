import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Authorization, timeOf } from "./authorization.ts";
import { hmac, type SignedRequest, scopeText, signature, signingKey } from "./canonical.ts";
import { type RefusalFamily, refuse } from "./refusals.ts";
import { amzDate } from "./sign.ts";

/** AWS's tolerance between the signer's clock and the server's. */
const SKEW_MS = 15 * 60 * 1000;

/**
 * Checks what can be checked before a secret is looked up: the signature's age, and that its scope is for this service,
 * this day and a region that is served. `regions` undefined means any region.
 */
export function checkScope(
  authorization: Authorization,
  signingName: string,
  regions: ReadonlySet<string> | undefined,
  now: Date,
  family: RefusalFamily,
): void {
  const { scope, time } = authorization;
  if (scope.service !== signingName)
    throw refuse(family, "badScope", `Credential should be scoped to correct service: '${signingName}'.`);
  if (!/^[a-z0-9-]{1,64}$/.test(scope.region) || (regions && !regions.has(scope.region))) {
    throw refuse(
      family,
      "badScope",
      `Credential should be scoped to a valid region, not '${scope.region.slice(0, 64)}'.`,
    );
  }
  if (scope.date !== time.slice(0, 8)) {
    throw refuse(
      family,
      "badScope",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date.slice(0, 16)}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  const signed = timeOf(time).getTime();
  const lasts = authorization.expires === undefined ? SKEW_MS : authorization.expires * 1000;
  const late = new Date(now.getTime() - lasts);
  const early = new Date(now.getTime() + SKEW_MS);
  if (signed < late.getTime()) {
    const why = authorization.expires === undefined ? "15 min." : `${authorization.expires} s.`;
    throw refuse(
      family,
      authorization.expires === undefined ? "skewed" : "expired",
      `Signature expired: ${time} is now earlier than ${amzDate(late)} (${amzDate(now)} - ${why})`,
    );
  }
  if (signed > early.getTime())
    throw refuse(
      family,
      "skewed",
      `Signature not yet current: ${time} is still later than ${amzDate(early)} (${amzDate(now)} + 15 min.)`,
    );
}

/**
 * Headers that change what a request means. Unless they are signed, whoever sees one signed request could make another
 * of it.
 */
const MUST_BE_SIGNED: readonly string[] = [
  "x-amz-date",
  "x-amz-target",
  "x-amz-security-token",
  "x-amz-account-id",
  "x-amz-content-sha256",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
];

/** A presigned URL carries the time and the token in its query, all of which is signed; the digest is part of what is signed. */
const MUST_BE_SIGNED_IF_PRESIGNED: readonly string[] = [
  "x-amz-account-id",
  "x-amz-target",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
];

/** Of S3 all of AWS's own: a copy's source, an access list, tags. What is signed of the body is proven, and this one says nothing. */
const S3_NEED_NOT: ReadonlySet<string> = new Set(["x-amz-content-sha256", "x-amz-user-agent"]);

export function checkSignedHeaders(
  authorization: Authorization,
  headers: IncomingHttpHeaders,
  family: RefusalFamily,
): void {
  const { expires, signedHeaders } = authorization;
  const names = new Set(expires === undefined ? MUST_BE_SIGNED : MUST_BE_SIGNED_IF_PRESIGNED);
  const unsigned = Object.keys(headers).filter(
    (name) =>
      (names.has(name) || (family === "s3" && name.startsWith("x-amz-") && !S3_NEED_NOT.has(name))) &&
      !signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw refuse(
      family,
      "unsignedHeaders",
      `There were headers present in the request which were not signed: ${unsigned.join(", ")}`,
    );
}

/** Whether the signature is the one the secret gives. Takes the same time whatever the difference. */
export function matches(
  authorization: Authorization,
  key: Uint8Array,
  request: Omit<SignedRequest, "signedHeaders">,
): boolean {
  const expected = signature(key, authorization.time, authorization.scope, {
    ...request,
    signedHeaders: authorization.signedHeaders,
  });
  return sameText(expected, authorization.signature);
}

export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, "utf8");
  const right = Buffer.from(b, "utf8");
  return left.length === right.length && timingSafeEqual(left, right);
}

/** How many derived keys are kept: one per key, day, region and service in use. */
const KEYS_KEPT = 1024;

/** Signing keys that were derived lately; deriving one takes four HMACs. The least recently used one goes first. */
export class SigningKeys {
  readonly #keys = new Map<string, { readonly secret: string; readonly key: Buffer }>();

  get(secret: string, authorization: Authorization): Buffer {
    const id = `${authorization.accessKeyId}/${scopeText(authorization.scope)}`;
    const known = this.#keys.get(id);
    if (known) this.#keys.delete(id);
    // A rotated secret keeps its id, so the secret is compared too.
    const entry = known?.secret === secret ? known : { secret, key: signingKey(secret, authorization.scope) };
    this.#keys.set(id, entry);
    if (this.#keys.size > KEYS_KEPT) {
      const oldest = this.#keys.keys().next().value;
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    return entry.key;
  }
}

/** The signature of a chunk or trailer of an aws-chunked body, chained to the one before. */
export function chunkSignature(
  key: Uint8Array,
  kind: string,
  authorization: Authorization,
  previous: string,
  digests: readonly string[],
): string {
  return hmac(
    key,
    [kind, authorization.time, scopeText(authorization.scope), previous, ...digests].join("\n"),
  ).toString("hex");
}
