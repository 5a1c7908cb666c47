import type { LogGroupName } from "../../groups/log-group.ts";
import type { CompiledSubscription } from "../compile-subscription.ts";

/** What goes from one group to one destination: by a subscription filter of the group, or by a policy of its account. */
export interface Subscription {
  /** Names the cursor, together with the group. */
  readonly id: string;
  readonly groupId: number;
  readonly group: LogGroupName;
  /** Of the filter or the policy. */
  readonly name: string;
  readonly destinationArn: string;
  readonly policyLevel?: "ACCOUNT_LEVEL_POLICY";
  /** Events below this number came before it was there. */
  readonly since: bigint;
  readonly compiled: CompiledSubscription;
}
