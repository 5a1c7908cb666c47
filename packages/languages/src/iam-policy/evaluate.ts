import type { StatementRef } from "./compile.ts";
import type { RequestContext } from "./context.ts";
import { asciiLower } from "./glob.ts";
import type { PolicyKind } from "./parse.ts";
import { allowanceIn, denialIn, NO_POLICIES, type PolicySet, type Question } from "./policy-set.ts";
import { accountOf, type Requester } from "./requester.ts";

export interface AccessRequest {
  readonly requester: Requester;
  readonly policies: RequesterPolicies;
  /** With its prefix, such as `logs:PutLogEvents`; the case does not matter. */
  readonly action: string;
  /** An ARN, or `*` for an action that is about no resource. */
  readonly resource: string;
  /** The account that the resource belongs to; undefined means the requester's own. */
  readonly resourceAccount?: string | undefined;
  readonly resourcePolicy?: PolicySet | undefined;
  /** For KMS keys and trust policies: without an allowance in the resource policy nobody gets in, its own account neither. */
  readonly resourcePolicyRequired?: boolean | undefined;
  readonly context: RequestContext;
}

/** What limits and allows a requester by itself. Who has no account has none. */
export interface RequesterPolicies {
  readonly identity: PolicySet;
  readonly boundary?: PolicySet | undefined;
  /** Undefined for a session that was made without one. */
  readonly session?: PolicySet | undefined;
}

/** The decision, and what made it. */
export type Decision =
  | {
      readonly outcome: "allowed";
      /** The statements that allow; none where root needs none. */
      readonly statements: readonly StatementRef[];
    }
  | {
      /** A statement denies, whatever others allow. */
      readonly outcome: "explicit-deny";
      readonly kind: PolicyKind;
      readonly statements: readonly StatementRef[];
    }
  | {
      /** An allowance is missing. */
      readonly outcome: "implicit-deny";
      /** The kind of policy that would have to allow. */
      readonly kind: PolicyKind;
      /** The statements of other kinds that allow, which is not enough. */
      readonly statements: readonly StatementRef[];
    };

/**
 * Decides on a request by AWS's evaluation logic (IAM user guide, "Policy evaluation logic"):
 *
 * 1. A statement that denies, in any policy, ends it.
 * 2. Within an account a resource policy that names the requester itself is enough; one that names the role or user of a
 *    session is limited by the boundary and the session policy; one that names the account, or none, leaves it to the
 *    requester's own policies: identity, and within it boundary and session.
 * 3. From another account the resource policy must allow, and the requester's own policies too.
 * 4. Services, identities of the web and unsigned requests have a resource policy alone.
 *
 * Root has no policies of its own, and may everything in its account that no resource policy keeps from it.
 */
export function evaluate(request: AccessRequest): Decision {
  const { requester, policies, resource, context, resourcePolicy } = request;
  const { identity, boundary, session } = policies;
  const question: Question = {
    requester,
    bounded: boundary !== undefined,
    action: asciiLower(request.action),
    resource,
    context,
  };
  const denied =
    denialIn(identity, question) ??
    denialIn(boundary, question) ??
    denialIn(session, question) ??
    denialIn(resourcePolicy, question);
  if (denied !== undefined) {
    return Object.freeze({ outcome: "explicit-deny", kind: denied.policy.kind, statements: Object.freeze([denied]) });
  }

  const account = accountOf(requester);
  const statements: StatementRef[] = [];
  const allowed = (): Decision => Object.freeze({ outcome: "allowed", statements: Object.freeze(statements) });
  const lacking = (kind: PolicyKind): Decision =>
    Object.freeze({ outcome: "implicit-deny", kind, statements: Object.freeze(statements) });

  const grant = resourcePolicy && allowanceIn(resourcePolicy, question);
  if (grant !== undefined) statements.push(grant.statement);
  const kindOfResource = resourcePolicy?.origins[0]?.kind ?? "resource";
  if (account === undefined) return grant === undefined ? lacking(kindOfResource) : allowed();

  const foreign = request.resourceAccount !== undefined && request.resourceAccount !== account;
  if (grant === undefined && (foreign || request.resourcePolicyRequired === true)) return lacking(kindOfResource);
  if (!foreign && grant?.match === "direct") return allowed();
  if (requester.kind === "root") return allowed();

  // Asks a kind of policy of the requester's own; a kind that it has not limits nothing.
  const allows = (set: PolicySet | undefined): boolean => {
    if (set === undefined) return true;
    const found = allowanceIn(set, question);
    if (found !== undefined) statements.push(found.statement);
    return found !== undefined;
  };
  const byIssuer = !foreign && grant?.match === "issuer";
  if (!byIssuer && !allows(identity)) return lacking("identity");
  if (!allows(boundary)) return lacking("boundary");
  if (!allows(session)) return lacking("session");
  return allowed();
}

/** For requesters that have no policies of their own. */
export const NO_OWN_POLICIES: RequesterPolicies = Object.freeze({ identity: NO_POLICIES });
