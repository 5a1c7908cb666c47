import type { Decision } from "./evaluate.ts";
import type { PolicyKind } from "./parse.ts";
import { nameOf, type Requester } from "./requester.ts";

/** How AWS's texts name a kind of policy, with its article. */
const KINDS: Readonly<Record<PolicyKind, readonly [article: string, name: string]>> = {
  identity: ["an", "identity-based policy"],
  boundary: ["a", "permissions boundary"],
  session: ["a", "session policy"],
  resource: ["a", "resource-based policy"],
  trust: ["the", "role trust policy"],
};

/**
 * What AWS tells who is denied (IAM user guide, "Troubleshoot access denied error messages"). The ARN of a managed
 * policy that denies is told to those of its own account.
 */
export function denialText(
  requester: Requester,
  action: string,
  resource: string | undefined,
  decision: Exclude<Decision, { outcome: "allowed" }>,
): string {
  const on = resource === undefined ? "" : ` on resource: ${resource}`;
  return `User: ${nameOf(requester)} is not authorized to perform: ${action}${on} ${reasonText(action, decision)}`;
}

/** The part of the text that says why. */
export function reasonText(action: string, decision: Exclude<Decision, { outcome: "allowed" }>): string {
  const [article, name] = KINDS[decision.kind];
  if (decision.outcome === "implicit-deny") return `because no ${name} allows the ${action} action`;
  const arn = decision.statements[0]?.policy.arn;
  return `with an explicit deny in ${article} ${name}${arn === undefined ? "" : `: ${arn}`}`;
}
