import type { Caller } from "../../platform/identity/caller.ts";
import { callerOf, type StsOperation, validationError } from "./operation.ts";
import { proveFactor } from "./prove-factor.ts";
import { askTrust, findRole, openRoleSession } from "./role-session.ts";
import { readSessionPolicies, readSessionTags, tagKeysOf } from "./session-options.ts";

export const assumeRole: StsOperation<"AssumeRole"> = async (input, call, deps) => {
  const caller = callerOf(call);
  const { RoleArn, RoleSessionName } = input;
  if (input.ProvidedContexts !== undefined && input.ProvidedContexts.length > 0) {
    throw validationError("ProvidedContexts is not supported: there is no IAM Identity Center here.");
  }
  if (caller.requester.kind === "root") {
    throw call.error("AccessDeniedException", "Roles may not be assumed by root accounts.");
  }
  const from = deps.identity.grantOf(caller);
  const chained = caller.requester.kind === "role-session";
  const role = findRole(deps, RoleArn);
  const tags = readSessionTags(input.Tags, input.TransitiveTagKeys, from);
  const sourceIdentity = input.SourceIdentity ?? from?.sourceIdentity;
  if (from?.sourceIdentity !== undefined && from.sourceIdentity !== sourceIdentity) {
    throw call.error("AccessDeniedException", "A source identity that is set can't be changed.");
  }
  const mfaAt = await proveFactor(deps, call, caller, input.SerialNumber, input.TokenCode);
  // The code that comes with the call counts as the caller's second factor.
  const principal: Caller =
    mfaAt === undefined
      ? caller
      : { ...caller, session: { issuedAt: mfaAt, sourceIdentity: undefined, context: {}, ...caller.session, mfaAt } };

  const keys = {
    ...tagKeysOf(tags),
    "sts:ExternalId": input.ExternalId,
    "sts:RoleSessionName": RoleSessionName,
    "sts:SourceIdentity": sourceIdentity,
  };
  const needed = [
    "sts:AssumeRole",
    ...(tags.tags === undefined ? [] : ["sts:TagSession"]),
    ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
  for (const action of needed) {
    const answer = askTrust(deps, call, { action, arn: RoleArn, role, principal, account: call.account, keys });
    if (!answer.allowed) throw call.error("AccessDeniedException", answer.message);
  }
  // Without a role nothing was allowed.
  if (role === undefined) throw call.error("AccessDeniedException", `${RoleArn} can't be assumed.`);

  const policies = readSessionPolicies(deps, call, role.ref.account, input.Policy, input.PolicyArns);
  // A user's second factor goes with the role; of a role's own session nobody knows whether it still is that person.
  const provenAt = chained ? undefined : (mfaAt ?? from?.mfaAt);
  return openRoleSession(deps, call, role, {
    name: RoleSessionName,
    seconds: input.DurationSeconds,
    chained,
    minimumTokenSize: input.MinimumSessionTokenSize,
    grant: {
      ...tags,
      ...(policies !== undefined && { policies }),
      ...(provenAt !== undefined && { mfaAt: provenAt }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    },
  });
};
