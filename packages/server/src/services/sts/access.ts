import { requestTags, type ServiceAccess, serviceAccess } from "../../platform/access/need.ts";
import { federatedUserArn } from "../../platform/identity/arns.ts";
import type { StsSdk } from "./operation.ts";

/** What each operation of STS needs (Service Authorization Reference, "STS"). */
export function stsAccess(): ServiceAccess {
  return serviceAccess<StsSdk>({
    // The role's trust policy decides: see `role-session.ts`.
    AssumeRole: "inside",
    AssumeRoleWithWebIdentity: "inside",
    DecodeAuthorizationMessage: () => ({ action: "sts:DecodeAuthorizationMessage", resource: "*" }),
    GetAccessKeyInfo: () => ({ action: "sts:GetAccessKeyInfo", resource: "*" }),
    // "No permissions are required to perform this operation", and a denial of it does not count (API reference).
    GetCallerIdentity: "open",
    GetFederationToken: (input, { account }) => {
      const keys = requestTags(input.Tags);
      const need = { action: "sts:GetFederationToken", resource: federatedUserArn(account, input.Name), keys };
      return "aws:TagKeys" in keys ? [need, { ...need, action: "sts:TagSession" }] : need;
    },
    // "No permissions are required for users to perform this operation" (API reference).
    GetSessionToken: "open",
  });
}
