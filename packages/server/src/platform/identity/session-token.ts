import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { SecretBox } from "../secrets/secret-box.ts";

/**
 * What a session of temporary credentials is. Nothing of it is kept by the server: all of it travels in the session token,
 * sealed with the root key and bound to the access key's id.
 */
export interface SessionGrant {
  readonly of:
    | { readonly kind: "root" }
    /** GetSessionToken of a user, or a user who signed in with a password. */
    | { readonly kind: "user"; readonly id: string; readonly signedIn?: true }
    | { readonly kind: "role"; readonly id: string }
    /** GetFederationToken; without an id it was made by the root user. */
    | { readonly kind: "federated"; readonly id?: string };
  readonly account: string;
  readonly secret: string;
  /** Of a role's or a federated user's session. */
  readonly name?: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly policies?: SessionPolicies;
  readonly tags?: Readonly<Record<string, string>>;
  /** Keys of the tags that go on to the next role of a chain. */
  readonly transitive?: readonly string[];
  readonly mfaAt?: number;
  readonly sourceIdentity?: string;
  /** Further condition keys, such as those of a web identity's claims. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface SessionPolicies {
  readonly document?: string;
  /** ARNs of managed policies; what they say is looked up at each call. */
  readonly arns?: readonly string[];
}

/** Policies and tags of a session, packed; the rest of a token is small. AWS has such a limit and does not tell it. */
const PACKED_BYTES = 4_096;

/** How much of the room for policies and tags a session takes, in per cent; over 100 it can't be made. */
export function packedSize({ policies, tags }: Pick<SessionGrant, "policies" | "tags">): number {
  if (policies === undefined && (tags === undefined || Object.keys(tags).length === 0)) return 0;
  return Math.max(1, Math.ceil((pack({ policies, tags }).length * 100) / PACKED_BYTES));
}

const contextOf = (accessKeyId: string): string => `session-token ${accessKeyId}`;

/** `minimumLength`: a caller may want long tokens, to see that its own stores and headers take them. */
export function sealSession(box: SecretBox, accessKeyId: string, grant: SessionGrant, minimumLength = 0): string {
  // Sealed text becomes four characters for three; readers of Base64 pass over the blanks that fill it up.
  const text = pack(grant)
    .toString("base64")
    .padEnd(Math.ceil((minimumLength * 3) / 4), " ");
  return box.seal(text, contextOf(accessKeyId));
}

/** Undefined for a token that this server did not make for that key, or that was altered. */
export function openSession(box: SecretBox, accessKeyId: string, token: string): SessionGrant | undefined {
  let packed: string;
  try {
    packed = box.open(token, contextOf(accessKeyId));
  } catch {
    return undefined;
  }
  // Only what `sealSession` wrote opens, so it has the form that it gave it.
  return JSON.parse(inflateRawSync(Buffer.from(packed, "base64")).toString("utf8"));
}

const pack = (value: object): Buffer => deflateRawSync(Buffer.from(JSON.stringify(value)));
