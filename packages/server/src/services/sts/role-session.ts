import { policySet } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import type { Answer } from "../../platform/access/authority.ts";
import { assumedRoleArn, parseIamArn, roleArn } from "../../platform/identity/arns.ts";
import { keyOfName } from "../../platform/identity/directory.ts";
import type { Role } from "../../platform/identity/documents.ts";
import type { SessionGrant } from "../../platform/identity/session-token.ts";
import { compileTrust } from "../../platform/identity/trust.ts";
import type { Resource } from "../../platform/state/state.ts";
import { credentialsAnswer, type StsCall, type StsDeps, validationError } from "./operation.ts";
import { packedMember, tokenLength } from "./session-options.ts";

const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 3_600;
/** A session that another session made lasts an hour at most (STS API, AssumeRole). */
const CHAINED_SECONDS = 3_600;

/** A role by its ARN, in whatever account of the installation; undefined when it is not there. */
export function findRole({ identity }: Pick<StsDeps, "identity">, arn: string): Resource<Role> | undefined {
  const parts = parseIamArn(arn);
  if (parts?.type !== "role") {
    if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(arn)) throw validationError(`${arn} is invalid`);
    return undefined;
  }
  const role = identity.directory.roles.get(parts.account, keyOfName(parts.name));
  return role !== undefined && roleArn(parts.account, role.document) === arn ? role : undefined;
}

/** Stands in for the trust policy of a role that is not there. */
const NOBODY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "nobody.amazonaws.com" }, Action: "sts:AssumeRole" },
});

/** One thing of which the trust policy has a say, such as `sts:TagSession`. */
export interface TrustQuestion {
  readonly action: string;
  readonly arn: string;
  readonly role: Resource<Role> | undefined;
  readonly principal: Principal;
  readonly account: string;
  readonly keys: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Asks the role's trust policy, and with it the caller's own policies where it trusts an account. */
export function askTrust(deps: StsDeps, call: StsCall, question: TrustQuestion): Answer {
  const { role, action, arn, keys, principal, account } = question;
  const { region, sourceIp, userAgent, requestId } = call;
  const facts = {
    // A role that is not there trusts nobody, and who asks for it learns no more than of one that does not trust them.
    account: role?.ref.account ?? parseIamArn(arn)?.account ?? account,
    policy: policySet([
      role === undefined
        ? deps.identity.sources.compileInline(NOBODY, "trust", "", arn)
        : compileTrust(deps.identity.sources, role),
    ]),
    policyRequired: true,
    tags: Object.fromEntries((role?.document.tags ?? []).map(({ key, value }) => [key, value])),
  };
  return deps.authority.ask({
    principal,
    account,
    region,
    sourceIp,
    userAgent,
    requestId,
    need: { action, resource: arn, keys },
    facts,
  });
}

export interface SessionWish {
  readonly name: string;
  readonly seconds: number | undefined;
  /** Made by a session of a role. */
  readonly chained: boolean;
  readonly minimumTokenSize: number | undefined;
  readonly grant: Pick<SessionGrant, "policies" | "tags" | "transitive" | "mfaAt" | "sourceIdentity" | "context">;
}

/** Makes the session that a caller may have, and what all of STS's answers with one have in common. */
export function openRoleSession(deps: StsDeps, call: StsCall, role: Resource<Role>, wish: SessionWish) {
  const { name, seconds = wish.chained ? CHAINED_SECONDS : DEFAULT_SECONDS, grant } = wish;
  if (seconds < MIN_SECONDS) throw validationError(`DurationSeconds must be at least ${MIN_SECONDS}.`);
  if (wish.chained && seconds > CHAINED_SECONDS) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  const { maxSessionSeconds, id } = role.document;
  // Without a wish an hour is meant, or what the role allows.
  if (wish.seconds !== undefined && seconds > maxSessionSeconds) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  const { account } = role.ref;
  const packed = packedMember(call, grant);
  const now = deps.clock.now();
  const keys = deps.identity.issue(
    {
      ...grant,
      of: { kind: "role", id },
      account,
      name,
      issuedAt: now,
      expiresAt: now + Math.min(seconds, maxSessionSeconds) * 1_000,
    },
    tokenLength(wish.minimumTokenSize),
  );
  return {
    Credentials: credentialsAnswer(keys),
    AssumedRoleUser: { AssumedRoleId: `${id}:${name}`, Arn: assumedRoleArn(account, role.document.name, name) },
    ...packed,
    ...(grant.sourceIdentity !== undefined && { SourceIdentity: grant.sourceIdentity }),
  };
}
