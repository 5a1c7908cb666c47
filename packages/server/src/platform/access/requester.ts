import {
  compilePolicy,
  NO_OWN_POLICIES,
  type PolicySet,
  parsePolicy,
  policySet,
  type Requester,
  type RequesterPolicies,
} from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import { type Caller, isCaller } from "../identity/caller.ts";

/** Who calls, as policies see it. A principal that identity did not make has no policies of its own: it may nothing by itself. */
export function requesterOf(principal: Principal, account: string): Requester {
  if (isCaller(principal)) return principal.requester;
  const { type, arn, principalId } = principal;
  switch (type) {
    case "AWSService":
      return { kind: "service", name: arn };
    case "AssumedRole": {
      const [, partition = "aws", role = ""] = /^arn:([a-z-]+):sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? [];
      const [roleId = ""] = principalId.split(":");
      return { kind: "role-session", account, arn, roleArn: `arn:${partition}:iam::${account}:role/${role}`, roleId };
    }
    case "FederatedUser":
      return { kind: "federated-user", account, arn, issuerArn: "" };
    case "Anonymous":
    case "WebIdentityUser":
      return { kind: "anonymous" };
    // Root is only whom identity says to be root.
    case "Root":
    case "IAMUser":
      return { kind: "user", account, arn, id: principalId };
  }
}

export function policiesOf(principal: Principal): RequesterPolicies {
  return isCaller(principal) ? principal.policies() : NO_OWN_POLICIES;
}

/** The same principal with other policies of its own and no bounds, to ask what a resource's policy leaves to it. */
export const withOwnPolicies = (principal: Principal, account: string, identity: PolicySet): Caller => ({
  ...principal,
  requester: requesterOf(principal, account),
  policies: () => ({ identity, boundary: undefined, session: undefined }),
  tags: isCaller(principal) ? principal.tags : () => ({}),
  session: isCaller(principal) ? principal.session : undefined,
});

/** Identity policies that allow everything. */
export const EVERYTHING: PolicySet = policySet([
  compilePolicy(
    parsePolicy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', "identity"),
    { kind: "identity", name: "everything" },
  ),
]);
