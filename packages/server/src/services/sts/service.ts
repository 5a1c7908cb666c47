import { loadModel, type Service, service, type UnsignedCaller } from "@nephoscope/wire";
import { assumeRole } from "./assume-role.ts";
import { decodeAuthorizationMessage, getAccessKeyInfo, getCallerIdentity } from "./lookups.ts";
import type { StsDeps, StsSdk } from "./operation.ts";
import { getFederationToken, getSessionToken } from "./session-tokens.ts";
import { assumeRoleWithWebIdentity, UNPROVEN } from "./web-identity/assume-role-with-web-identity.ts";

/** STS: every operation, by its name at the API. */
export function stsService(deps: StsDeps): Service {
  return service<StsSdk, StsDeps>(loadModel("sts"), { requireAll: true })(
    {
      AssumeRole: assumeRole,
      AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
      DecodeAuthorizationMessage: decodeAuthorizationMessage,
      GetAccessKeyInfo: getAccessKeyInfo,
      GetCallerIdentity: getCallerIdentity,
      GetFederationToken: getFederationToken,
      GetSessionToken: getSessionToken,
    },
    deps,
  );
}

/** The one operation whose token is its proof. Until the token was looked at the caller belongs to the first account. */
export const unsignedCaller = (account: string, region: string): UnsignedCaller => ({
  account,
  region,
  principal: UNPROVEN,
  operations: new Set(["AssumeRoleWithWebIdentity"]),
});
