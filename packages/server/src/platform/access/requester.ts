import { NO_OWN_POLICIES, type Requester, type RequesterPolicies } from "@nephoscope/languages/iam-policy";
import type { Principal } from "@nephoscope/wire";
import { isCaller } from "../identity/caller.ts";

/** Who calls, as policies see it. A principal that identity did not make has no policies of its own: it may nothing by itself. */
export function requesterOf(principal: Principal, account: string): Requester {
  if (isCaller(principal)) return principal.requester;
  const { type, arn, principalId } = principal;
  switch (type) {
    case "AWSService":
      return { kind: "service", name: arn };
    case "Root":
      return { kind: "root", account, arn };
    case "AssumedRole": {
      const [, partition = "aws", role = ""] = /^arn:([a-z-]+):sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? [];
      const [roleId = ""] = principalId.split(":");
      return { kind: "role-session", account, arn, roleArn: `arn:${partition}:iam::${account}:role/${role}`, roleId };
    }
    case "FederatedUser":
      return { kind: "federated-user", account, arn, issuerArn: "" };
    default:
      return { kind: "user", account, arn, id: principalId };
  }
}

export function policiesOf(principal: Principal): RequesterPolicies {
  return isCaller(principal) ? principal.policies() : NO_OWN_POLICIES;
}
