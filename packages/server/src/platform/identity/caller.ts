import type { ContextValues, PolicySet, Requester } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";

/**
 * Whoever makes a call: the wire's principal, with all that authorisation must know of it. The credential that identity
 * gives the wire carries a Caller as its principal, so that it arrives with the call, also for sessions that only their
 * token describes.
 */
export interface Caller extends Principal {
  readonly requester: Requester;
  /**
   * The policies that hold now. Asked once for each call, so a policy that was changed counts from the next call on;
   * whoever answers keeps compiled sets and compiles again only what changed.
   */
  policies(): CallerPolicies;
  /** `aws:PrincipalTag/…`: the user's or role's tags, those of the session before them. */
  tags(): Readonly<Record<string, string>>;
  /** Temporary credentials only. */
  readonly session: CallerSession | undefined;
}

export interface CallerPolicies {
  /** Of the user and its groups, or of the role; with a federated user, of the user that made the session. Empty for root. */
  readonly identity: PolicySet;
  readonly boundary: PolicySet | undefined;
  /** Undefined where no session policy was given; a federated user without one has an empty set. */
  readonly session: PolicySet | undefined;
}

export interface CallerSession {
  /** Epoch milliseconds: `aws:TokenIssueTime`. */
  readonly issuedAt: number;
  /** Epoch milliseconds at which the caller proved a second factor; undefined without one. */
  readonly mfaAt: number | undefined;
  /** `aws:SourceIdentity` */
  readonly sourceIdentity: string | undefined;
  /** Further condition keys that the session keeps, such as `aws:FederatedProvider` and the claims of a web identity. */
  readonly context: ContextValues;
}

/** The principal of a call as identity gave it to the wire. */
export function isCaller(principal: Principal): principal is Caller {
  return "requester" in principal && "policies" in principal;
}
