import { NO_OWN_POLICIES } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import type { JWTPayload } from "jose";
import { oidcProviderArn, parseIamArn } from "../../../platform/identity/arns.ts";
import type { Caller } from "../../../platform/identity/caller.ts";
import type { SessionGrant } from "../../../platform/identity/session-token.ts";
import { type StsCall, type StsOperation, validationError } from "../operation.ts";
import { askTrust, findRole, openRoleSession } from "../role-session.ts";
import { readSessionPolicies, readSessionTags, tagKeysOf } from "../session-options.ts";

/** Claims by which an issuer gives tags and a source identity (IAM user guide, "Pass session tags in AWS STS"). */
const TAGS_CLAIM = "https://aws.amazon.com/tags";
const SOURCE_CLAIM = "https://aws.amazon.com/source_identity";

export const assumeRoleWithWebIdentity: StsOperation<"AssumeRoleWithWebIdentity"> = async (input, call, deps) => {
  if (input.ProviderId !== undefined) {
    throw validationError("ProviderId is for tokens of OAuth 2.0; only those of OpenID Connect are supported.");
  }
  const { RoleArn, RoleSessionName } = input;
  const role = findRole(deps, RoleArn);
  const account = parseIamArn(RoleArn)?.account ?? "";
  const { provider, claims, subject, audience } = await deps.webIdentities.verify(
    call,
    account,
    input.WebIdentityToken,
  );
  const arn = oidcProviderArn(account, provider.url);
  const tags = readClaimedTags(call, claims);
  const sourceIdentity = textOf(claims[SOURCE_CLAIM]);
  const claimKeys = conditionKeys(provider.url, claims, audience);
  const principal: Caller = {
    type: "WebIdentityUser",
    arn,
    principalId: `${provider.url}:${audience}:${subject}`,
    requester: { kind: "web-identity", provider: arn },
    policies: () => ({ boundary: undefined, session: undefined, ...NO_OWN_POLICIES }),
    tags: () => ({}),
    session: undefined,
  };
  const keys = {
    ...claimKeys,
    ...tagKeysOf(tags),
    "aws:FederatedProvider": arn,
    "sts:RoleSessionName": RoleSessionName,
    "sts:SourceIdentity": sourceIdentity,
  };
  const needed = [
    "sts:AssumeRoleWithWebIdentity",
    ...(tags.tags === undefined ? [] : ["sts:TagSession"]),
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  for (const action of needed) {
    const answer = askTrust(deps, call, { action, arn: RoleArn, role, principal, account, keys });
    if (!answer.allowed) throw call.error("AccessDeniedException", `Not authorized to perform ${action}`);
  }
  if (role === undefined)
    throw call.error("AccessDeniedException", "Not authorized to perform sts:AssumeRoleWithWebIdentity");

  const policies = readSessionPolicies(deps, call, account, input.Policy, input.PolicyArns);
  const session = openRoleSession(deps, call, role, {
    name: RoleSessionName,
    seconds: input.DurationSeconds,
    chained: false,
    minimumTokenSize: input.MinimumSessionTokenSize,
    grant: {
      ...tags,
      ...(policies !== undefined && { policies }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      context: { ...claimKeys, "aws:FederatedProvider": arn },
    },
  });
  return { ...session, SubjectFromWebIdentityToken: subject, Provider: arn, Audience: audience };
};

/** The provider's condition keys (IAM user guide, "Available keys for AWS OIDC federation"). */
function conditionKeys(url: string, claims: JWTPayload, audience: string): Record<string, string | readonly string[]> {
  const keys: Record<string, string | readonly string[]> = { [`${url}:aud`]: audience };
  for (const [name, value] of Object.entries(claims)) {
    if (name === "aud" || name.startsWith("https://aws.amazon.com/")) continue;
    if (typeof value === "string") keys[`${url}:${name}`] = value;
    else if (typeof value === "boolean" || typeof value === "number") keys[`${url}:${name}`] = String(value);
    else if (Array.isArray(value) && value.every((one) => typeof one === "string")) keys[`${url}:${name}`] = value;
  }
  return keys;
}

function readClaimedTags(call: StsCall, claims: JWTPayload): Pick<SessionGrant, "tags" | "transitive"> {
  const claim = claims[TAGS_CLAIM];
  if (claim === undefined) return {};
  const { principal_tags: tags, transitive_tag_keys: transitive } = recordOf(claim);
  const given = Object.entries(recordOf(tags)).map(([Key, value]) => {
    const Value = textOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
    if (Value === undefined)
      throw call.error("IDPRejectedClaimException", `The tag ${Key} of the token has no single value.`);
    return { Key, Value };
  });
  const keys = Array.isArray(transitive) ? transitive.flatMap((key) => textOf(key) ?? []) : [];
  return readSessionTags(given, keys, undefined);
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Who calls before the token says who it is. */
export const UNPROVEN: Principal = { type: "WebIdentityUser", arn: "", principalId: "" };
