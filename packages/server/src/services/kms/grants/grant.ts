import type { GrantOperation } from "@aws-sdk/client-kms";
import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { EncryptionContext } from "../crypto/encryption-context.ts";
import type { KmsKey } from "../keys/key.ts";

/** What a principal may do with a key without a word of the key policy. */
export interface Grant {
  /** An ARN, or a service's principal such as `sns.amazonaws.com`. */
  readonly grantee: string;
  readonly retiring?: string;
  readonly operations: readonly GrantOperation[];
  readonly constraints?: GrantConstraints;
  readonly name?: string;
  readonly issuingAccount: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface GrantConstraints {
  readonly EncryptionContextSubset?: EncryptionContext;
  readonly EncryptionContextEquals?: EncryptionContext;
  readonly SourceArn?: string;
}

export const GRANT_KIND = "kms.grant";

export const grantRef = ({ ref }: Resource<KmsKey>, grantId: string): ResourceRef => ({
  kind: GRANT_KIND,
  account: ref.account,
  region: ref.region,
  key: `${ref.key}:${grantId}`,
});

export const grantIdOf = ({ ref }: Resource<Grant>): string => ref.key.slice(ref.key.indexOf(":") + 1);

/** In order of their ids. */
export function grantsOf(state: State, { ref }: Resource<KmsKey>): Resource<Grant>[] {
  const { account, region, key } = ref;
  return state.list<Grant>({ kind: GRANT_KIND, account, region, prefix: `${key}:` });
}

/**
 * Names the grant. Grants are in force at once, so nobody needs the token to use one; it serves RetireGrant. The grant's id in
 * it is random and known to nobody else.
 */
export const grantToken = ({ ref }: Pick<Resource<Grant>, "ref">): string =>
  Buffer.from(JSON.stringify([ref.account, ref.region, ref.key])).toString("base64");

/** Undefined for what is no token of an existing grant. */
export function findByToken(state: State, token: string): Resource<Grant> | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    const [account, region, key]: unknown[] = parts;
    if (typeof account !== "string" || typeof region !== "string" || typeof key !== "string") return undefined;
    return state.get<Grant>({ kind: GRANT_KIND, account, region, key });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export interface GrantUse {
  /** The caller, and for a session of a role the role. */
  readonly principals: readonly string[];
  readonly action: string;
  readonly encryptionContext: EncryptionContext | undefined;
  readonly sourceArn: string | undefined;
}

/** Whether a grant allows a use (KMS developer guide, "Grants in AWS KMS", "Using grant constraints"). */
export function allows({ document }: Resource<Grant>, use: GrantUse): boolean {
  if (!document.operations.some((operation) => operation === use.action)) return false;
  if (!use.principals.includes(document.grantee)) return false;
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset, SourceArn } = document.constraints ?? {};
  const context = use.encryptionContext ?? {};
  // Constraints on the context hold for operations that have one, which all others than these do.
  const hasContext = !WITHOUT_CONTEXT.has(use.action);
  if (hasContext && subset !== undefined && !holds(context, subset)) return false;
  if (hasContext && equals !== undefined && !(holds(context, equals) && holds(equals, context))) return false;
  return SourceArn === undefined || SourceArn === use.sourceArn;
}

const WITHOUT_CONTEXT: ReadonlySet<string> = new Set(["CreateGrant", "DescribeKey", "RetireGrant"]);

const holds = (context: EncryptionContext, pairs: EncryptionContext): boolean =>
  Object.entries(pairs).every(([name, value]) => Object.hasOwn(context, name) && context[name] === value);
