import { federatedUserArn } from "../../platform/identity/arns.ts";
import type { Caller } from "../../platform/identity/caller.ts";
import { callerOf, credentialsAnswer, type StsCall, type StsOperation, validationError } from "./operation.ts";
import { proveFactor } from "./prove-factor.ts";
import { packedMember, readSessionPolicies, readSessionTags, tokenLength } from "./session-options.ts";

const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 43_200;
const MAX_SECONDS = 129_600;
/** The root user's sessions last an hour at most (STS API, GetSessionToken). */
const ROOT_SECONDS = 3_600;

/** Lasting credentials alone make such sessions: no session prolongs itself. */
function requireLasting(call: StsCall): { readonly caller: Caller; readonly userId: string | undefined } {
  const caller = callerOf(call);
  const { requester, session } = caller;
  if (session === undefined && requester.kind === "user") return { caller, userId: requester.id };
  if (session === undefined && requester.kind === "root") return { caller, userId: undefined };
  throw call.error("AccessDeniedException", `Cannot call ${call.operation} with session credentials`);
}

function readSeconds(given: number | undefined, root: boolean): number {
  const seconds = given ?? DEFAULT_SECONDS;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw validationError(`DurationSeconds must be from ${MIN_SECONDS} to ${MAX_SECONDS}.`);
  }
  return root ? Math.min(seconds, ROOT_SECONDS) : seconds;
}

export const getSessionToken: StsOperation<"GetSessionToken"> = async (input, call, deps) => {
  const { caller, userId } = requireLasting(call);
  const seconds = readSeconds(input.DurationSeconds, userId === undefined);
  const length = tokenLength(input.MinimumSessionTokenSize);
  const mfaAt = await proveFactor(deps, call, caller, input.SerialNumber, input.TokenCode);
  const now = deps.clock.now();
  const keys = deps.identity.issue(
    {
      of: userId === undefined ? { kind: "root" } : { kind: "user", id: userId },
      account: call.account,
      issuedAt: now,
      expiresAt: now + seconds * 1_000,
      ...(mfaAt !== undefined && { mfaAt }),
    },
    length,
  );
  return { Credentials: credentialsAnswer(keys) };
};

export const getFederationToken: StsOperation<"GetFederationToken"> = async (input, call, deps) => {
  const { userId } = requireLasting(call);
  const seconds = readSeconds(input.DurationSeconds, userId === undefined);
  const tags = readSessionTags(input.Tags, undefined, undefined);
  const policies = readSessionPolicies(deps, call, call.account, input.Policy, input.PolicyArns);
  const grant = { ...tags, ...(policies !== undefined && { policies }) };
  const packed = packedMember(call, grant);
  const now = deps.clock.now();
  const keys = deps.identity.issue(
    {
      ...grant,
      of: { kind: "federated", ...(userId !== undefined && { id: userId }) },
      account: call.account,
      name: input.Name,
      issuedAt: now,
      expiresAt: now + seconds * 1_000,
    },
    tokenLength(input.MinimumSessionTokenSize),
  );
  return {
    Credentials: credentialsAnswer(keys),
    FederatedUser: {
      FederatedUserId: `${call.account}:${input.Name}`,
      Arn: federatedUserArn(call.account, input.Name),
    },
    ...packed,
  };
};
