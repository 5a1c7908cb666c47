import type { Distribution } from "@aws-sdk/client-cloudwatch-logs";
import type { Change, Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import { listSubscriptionCursors } from "./forwarding/subscription-cursor.ts";

/** A subscription filter as it is kept. */
export interface SubscriptionFilter {
  /** Tells it from an earlier filter of the same name, and names its cursor. */
  readonly id: string;
  readonly groupId: number;
  readonly name: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string;
  /** Kept for clients; streams are always kept in order here. */
  readonly distribution: Distribution;
  readonly fieldSelectionCriteria?: string;
  readonly emitSystemFields?: readonly string[];
  /** Events below this number came before it was there: it sends on none of them. */
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

/**
 * Which subscription filters a group has. Every change of one of them writes this too, so that quotas hold for calls that race. It stays
 * for as long as the group.
 */
export interface GroupSubscriptions extends Scope {
  /** By the filter's name. */
  readonly filters: Readonly<Record<string, { readonly id: string; readonly regex: boolean }>>;
}

export const SUBSCRIPTION_FILTER_KIND = "logs.subscription-filter";

/** Filters lie under their group's number, in the order of their names. */
export function subscriptionFilterRef(groupId: number, name: string): ResourceRef {
  return { kind: SUBSCRIPTION_FILTER_KIND, account: "", region: String(groupId), key: name };
}

export function groupSubscriptionsRef(groupId: number): ResourceRef {
  return { kind: "logs.group-subscriptions", account: "", region: "", key: String(groupId) };
}

export function findGroupSubscriptions(state: State, groupId: number): Resource<GroupSubscriptions> | undefined {
  return state.get<GroupSubscriptions>(groupSubscriptionsRef(groupId));
}

/** A group's filters in the order of their names. */
export function listSubscriptionFilters(state: State, groupId: number): Resource<SubscriptionFilter>[] {
  return state.list<SubscriptionFilter>({ kind: SUBSCRIPTION_FILTER_KIND, account: "", region: String(groupId) });
}

/** What removes the subscriptions of a group that is gone. */
export function removeSubscriptions(state: State, groupId: number): Change[] {
  const cursors = listSubscriptionCursors(state, groupId);
  return [...removeFilters(state, groupId), ...cursors.map(({ ref }): Change => ({ remove: ref, expect: "any" }))];
}

function removeFilters(state: State, groupId: number): Change[] {
  const all = findGroupSubscriptions(state, groupId);
  if (all === undefined) return [];
  return [
    ...Object.keys(all.document.filters).map(
      (name): Change => ({ remove: subscriptionFilterRef(groupId, name), expect: "any" }),
    ),
    { remove: all.ref, expect: "any" },
  ];
}
