import type { ContextValues, Requester } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import { isCaller } from "../identity/caller.ts";

/** What of a request the global condition keys tell. */
export interface RequestFacts {
  readonly principal: Principal;
  readonly requester: Requester;
  readonly region: string;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether it came by TLS. */
  readonly secure: boolean;
  /** A service that works for the principal, such as `sns`; undefined when it calls itself. */
  readonly via: string | undefined;
  /** For requests of services: the resource that made them, and its account. */
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/** The keys that every request has (IAM user guide, "AWS global condition context keys"). */
export function globalKeys(facts: RequestFacts): ContextValues {
  const { principal, requester, now, via } = facts;
  return {
    "aws:CurrentTime": new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    "aws:EpochTime": String(Math.floor(now / 1_000)),
    "aws:SourceIp": via === undefined ? facts.sourceIp : undefined,
    "aws:UserAgent": facts.userAgent,
    "aws:SecureTransport": String(facts.secure),
    "aws:RequestedRegion": facts.region,
    "aws:ViaAWSService": String(via !== undefined),
    "aws:CalledVia": via === undefined ? undefined : [`${via}.amazonaws.com`],
    "aws:CalledViaFirst": via === undefined ? undefined : `${via}.amazonaws.com`,
    "aws:CalledViaLast": via === undefined ? undefined : `${via}.amazonaws.com`,
    "aws:SourceArn": facts.sourceArn,
    "aws:SourceAccount": facts.sourceAccount,
    // Older policies of topics and queues name it so. A caller's own account is none: the default policy of a topic would
    // let in whoever has a user in its account.
    "aws:SourceOwner": facts.sourceAccount,
    ...principalKeys(principal, requester),
    ...sessionKeys(principal, now),
  };
}

function principalKeys(principal: Principal, requester: Requester): ContextValues {
  const service = requester.kind === "service";
  return {
    "aws:PrincipalIsAWSService": String(service),
    "aws:PrincipalServiceName": service ? requester.name : undefined,
    "aws:PrincipalServiceNamesList": service ? [requester.name] : undefined,
    "aws:PrincipalType": PRINCIPAL_TYPES[requester.kind],
    "aws:PrincipalAccount": "account" in requester ? requester.account : undefined,
    // Of a session it is the role's ARN, so that a policy names the role and not each session.
    "aws:PrincipalArn":
      requester.kind === "role-session" ? requester.roleArn : "arn" in requester ? requester.arn : undefined,
    "aws:userid": requester.kind === "service" || requester.kind === "anonymous" ? undefined : principal.principalId,
    "aws:username": requester.kind === "user" ? principal.userName : undefined,
    ...tagKeysOf(principal),
  };
}

const PRINCIPAL_TYPES: Readonly<Record<Requester["kind"], string | undefined>> = {
  root: "Account",
  user: "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  "web-identity": "FederatedUser",
  service: undefined,
  anonymous: "Anonymous",
};

function tagKeysOf(principal: Principal): ContextValues {
  if (!isCaller(principal)) return {};
  return Object.fromEntries(Object.entries(principal.tags()).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}

/** Only temporary credentials have these: with lasting ones nothing is known of a second factor. */
function sessionKeys(principal: Principal, now: number): ContextValues {
  const session = isCaller(principal) ? principal.session : undefined;
  if (session === undefined) return {};
  const { issuedAt, mfaAt, sourceIdentity } = session;
  return {
    "aws:TokenIssueTime": new Date(issuedAt).toISOString().replace(/\.\d+Z$/, "Z"),
    "aws:MultiFactorAuthPresent": String(mfaAt !== undefined),
    "aws:MultiFactorAuthAge": mfaAt === undefined ? undefined : String(Math.floor((now - mfaAt) / 1_000)),
    "aws:SourceIdentity": sourceIdentity,
  };
}

/** What a session keeps beside; it counts after all others, so that no claim of an identity provider can replace them. */
export function sessionContext(principal: Principal): ContextValues {
  return (isCaller(principal) ? principal.session?.context : undefined) ?? {};
}
