import { type Authority, accountIn, servicePrincipal } from "./authority.ts";
import { resourcePolicies } from "./resource-policies.ts";

/** What a service wants to do with a resource of another: a topic that sends to a queue, an alarm that publishes to a topic. */
export interface ServiceAct {
  /** As policies name it, such as `sns.amazonaws.com`. */
  readonly service: string;
  /** For which resource it acts, such as the topic's ARN. */
  readonly sourceArn: string;
  /** Whose that is; by its ARN where absent. ARNs of buckets name no account. */
  readonly sourceAccount?: string | undefined;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  readonly resource: string;
  /** Whose the resource is. */
  readonly owner: string;
  /** The resource's policy, as it was put. */
  readonly policy: string | undefined;
}

/**
 * Tells whether services may act, by the policies of what they act on. A resource without a policy lets in what acts for a
 * resource of its own account; AWS wants a policy for queues too, which would be one more thing to be found missing.
 */
export function actsOfServices(authority: Pick<Authority, "weigh">): (act: ServiceAct) => boolean {
  const policies = resourcePolicies();
  return ({ service, sourceArn, sourceAccount = accountIn(sourceArn), action, resource, owner, policy }) => {
    if (policy === undefined) return sourceAccount === owner;
    const answer = authority.weigh({
      principal: servicePrincipal(service),
      account: sourceAccount ?? owner,
      region: resource.split(":")[3] ?? "",
      sourceArn,
      sourceAccount,
      need: { action, resource },
      facts: { account: owner, policy: policies.compile(policy, resource) },
    });
    return answer.allowed;
  };
}
