import type { PrincipalNode } from "./nodes.ts";
import type { Requester } from "./requester.ts";

/**
 * How a statement of a resource policy names a requester. What it grants depends on it (IAM user guide, "How AWS
 * enforcement code logic evaluates requests to allow or deny access"):
 * - `direct`: the user, the session, the service itself, or everybody;
 * - `issuer`: the role or the user that the session was made of;
 * - `account`: its whole account, whose own policies then decide.
 */
export type PrincipalMatch = "direct" | "issuer" | "account";

export type PrincipalMatcher = (requester: Requester, bounded: boolean) => PrincipalMatch | undefined;

/** `bounded`: the requester has a permissions boundary. */
export function compilePrincipal(node: PrincipalNode): PrincipalMatcher {
  const aws = new Set(node.aws);
  const services = new Set(node.services);
  const federated = new Set(node.federated);
  const accounts = new Set(node.aws.flatMap((one) => ACCOUNT.exec(one)?.[1] ?? []));

  const match = (requester: Requester): PrincipalMatch | undefined => {
    if (node.everyone) return "direct";
    switch (requester.kind) {
      case "anonymous":
        return undefined;
      case "service":
        return services.has(requester.name) ? "direct" : undefined;
      case "web-identity":
        return federated.has(requester.provider) ? "direct" : undefined;
      case "root":
        return accounts.has(requester.account) ? "account" : undefined;
      default: {
        const [self, issuer] = identifiersOf(requester);
        if (self.some((id) => aws.has(id))) return "direct";
        if (issuer.some((id) => aws.has(id))) return "issuer";
        return accounts.has(requester.account) ? "account" : undefined;
      }
    }
  };

  /**
   * NotPrincipal spares those whose every name is listed: a session needs itself, its role and its account in the list.
   * A boundary is never spared (IAM user guide, "NotPrincipal").
   */
  const matchNot = (requester: Requester, bounded: boolean): PrincipalMatch | undefined => {
    if (bounded) return "direct";
    switch (requester.kind) {
      case "anonymous":
        return "direct";
      case "service":
        return services.has(requester.name) ? undefined : "direct";
      case "web-identity":
        return federated.has(requester.provider) ? undefined : "direct";
      case "root":
        return accounts.has(requester.account) ? undefined : "direct";
      default: {
        const names = identifiersOf(requester).filter((ids) => ids.length > 0);
        const spared = accounts.has(requester.account) && names.every((ids) => ids.some((id) => aws.has(id)));
        return spared ? undefined : "direct";
      }
    }
  };
  return node.not ? matchNot : match;
}

/** An account stands as its number or as its root user's ARN; both mean the account. */
const ACCOUNT = /^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?$/;

/** The names by which policies know the requester itself, and what its session was made of. */
function identifiersOf(
  requester: Exclude<Requester, { kind: "anonymous" | "service" | "web-identity" | "root" }>,
): readonly [self: readonly string[], issuer: readonly string[]] {
  switch (requester.kind) {
    case "user":
      return [[requester.arn, requester.id], []];
    case "role-session":
      return [[requester.arn], [requester.roleArn, requester.roleId]];
    case "federated-user":
      return [[requester.arn], [requester.issuerArn]];
  }
}
