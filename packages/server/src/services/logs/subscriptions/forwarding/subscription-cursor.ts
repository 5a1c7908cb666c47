import type { Resource, ResourceRef, State } from "../../../../platform/state/state.ts";

/**
 * How far a subscription's destination has the events of a group: all whose numbers are below `from`, and those of the window up to `below`
 * that do not come after `after`. It is written when the destination has them, so a crash sends the last batch again and loses none.
 */
export interface SubscriptionCursor {
  readonly from: string;
  readonly window?: {
    readonly below: string;
    readonly after?: readonly [timestamp: number, seq: string];
  };
}

export const SUBSCRIPTION_CURSOR_KIND = "logs.subscription-cursor";

export function subscriptionCursorRef(groupId: number, subscriptionId: string): ResourceRef {
  return { kind: SUBSCRIPTION_CURSOR_KIND, account: "", region: String(groupId), key: subscriptionId };
}

/** The cursors of a group, of its own filters and of its account's policy. */
export function listSubscriptionCursors(state: State, groupId: number): Resource<SubscriptionCursor>[] {
  return state.list<SubscriptionCursor>({ kind: SUBSCRIPTION_CURSOR_KIND, account: "", region: String(groupId) });
}
