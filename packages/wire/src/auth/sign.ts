import { ALGORITHM, type CredentialScope, scopeText, sha256Hex, signature, signingKey } from "./canonical.ts";

export interface RequestToSign {
  readonly method: string;
  /** Path and query, for example `/`. */
  readonly path: string;
  /** Must have `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface SigningCredential {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly sessionToken?: string;
}

/**
 * Signs a request as an AWS client does, and gives all its headers, the signature's among them. For load generators,
 * tests and the agent: it is synchronous, and as quick as SHA-256 over the body.
 */
export function signRequest(
  request: RequestToSign,
  credential: SigningCredential,
  scope: { readonly region: string; readonly service: string },
  now: Date,
): Record<string, string> {
  const time = amzDate(now);
  const full: CredentialScope = { date: time.slice(0, 8), region: scope.region, service: scope.service };
  const headers: Record<string, string> = { "x-amz-date": time };
  if (credential.sessionToken !== undefined) headers["x-amz-security-token"] = credential.sessionToken;
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  // A caller may say what stands for the body, such as UNSIGNED-PAYLOAD.
  const payloadHash = headers["x-amz-content-sha256"] ?? sha256Hex(request.body);
  headers["x-amz-content-sha256"] = payloadHash;
  const signedHeaders = Object.keys(headers).sort();
  const rawHeaders = Object.entries(headers).flat();
  const key = signingKey(credential.secret, full);
  const proof = signature(key, time, full, {
    method: request.method,
    url: request.path,
    rawHeaders,
    signedHeaders,
    payloadHash,
  });
  headers.authorization = `${ALGORITHM} Credential=${credential.accessKeyId}/${scopeText(full)}, SignedHeaders=${signedHeaders.join(";")}, Signature=${proof}`;
  return headers;
}

/** `20261120T233000Z` */
export const amzDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d{3}/g, "");
