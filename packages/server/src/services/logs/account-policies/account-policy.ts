import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import type { SubscriptionFilter } from "../subscriptions/subscription-filter.ts";

/** A subscription of all groups of an account in a region, but for those that it leaves out. There is one at most. */
export interface SubscriptionPolicy {
  /** Names its cursors. */
  readonly id: string;
  readonly name: string;
  /** The document as it was put. */
  readonly policyDocument: string;
  /** The criteria as they were put. */
  readonly selectionCriteria?: string;
  /** Events below this number came before it was there. */
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly lastUpdatedTime: number;
  readonly settings: PolicySettings;
}

/** What the document and the criteria say. */
export interface PolicySettings
  extends Pick<
    SubscriptionFilter,
    "filterPattern" | "destinationArn" | "roleArn" | "distribution" | "fieldSelectionCriteria" | "emitSystemFields"
  > {
  /** Names of groups. */
  readonly excluded: readonly string[];
}

export const SUBSCRIPTION_POLICY_KIND = "logs.subscription-policy";

export function subscriptionPolicyRef({ account, region }: Scope): ResourceRef {
  return { kind: SUBSCRIPTION_POLICY_KIND, account, region, key: "policy" };
}

export function findSubscriptionPolicy(state: State, scope: Scope): Resource<SubscriptionPolicy> | undefined {
  return state.get<SubscriptionPolicy>(subscriptionPolicyRef(scope));
}
