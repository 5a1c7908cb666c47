import type { Log } from "../../../../platform/log/log.ts";
import type { CommittedChange, ResourceRef, State } from "../../../../platform/state/state.ts";
import { type LogGroupName, logGroupIdRef } from "../../groups/log-group.ts";
import { compileSubscription } from "../compile-subscription.ts";
import { listSubscriptionFilters, SUBSCRIPTION_FILTER_KIND, type SubscriptionFilter } from "../subscription-filter.ts";
import type { ArrivalGroup, Subscriptions } from "./forwarder.ts";
import type { Subscription } from "./subscription.ts";

const SCANNED_AT_ONCE = 500;
const NONE: readonly Subscription[] = [];

/** Keeps the subscriptions of all groups ready, as they are committed. */
export function subscriptionRegistry(state: State, log: Log): Subscriptions {
  const ofGroups = new Map<number, readonly Subscription[]>();
  const listeners: ((group: ArrivalGroup | undefined) => void)[] = [];

  const compile = (group: LogGroupName, filter: SubscriptionFilter): Subscription[] => {
    try {
      const { id, groupId, name, destinationArn, since } = filter;
      const compiled = compileSubscription(filter, group);
      return [{ id, groupId, group, name, destinationArn, since: BigInt(since), compiled }];
    } catch (error) {
      // It could be read when it was put, so this is a pattern that an older server took.
      log("error", "a subscription filter can't be read any more", { group, filter: filter.name, error });
      return [];
    }
  };

  const read = (groupId: number): ArrivalGroup | undefined => {
    const group = state.get<LogGroupName>(logGroupIdRef(groupId))?.document;
    const found = group
      ? listSubscriptionFilters(state, groupId).flatMap(({ document }) => compile(group, document))
      : [];
    if (found.length === 0) ofGroups.delete(groupId);
    else ofGroups.set(groupId, found);
    return group && { ...group, groupId };
  };

  let after: ResourceRef | undefined;
  do {
    const page = state.scan<SubscriptionFilter>(SUBSCRIPTION_FILTER_KIND, after, SCANNED_AT_ONCE);
    for (const groupId of new Set(page.map(({ document }) => document.groupId))) read(groupId);
    after = page.at(-1)?.ref;
  } while (after !== undefined);

  state.onCommit(({ changes }) => {
    for (const groupId of new Set(changes.flatMap(groupOf))) {
      const gone = ofGroups.get(groupId)?.[0]?.group;
      const group = read(groupId) ?? (gone && { ...gone, groupId });
      if (group !== undefined) for (const listener of listeners) listener(group);
    }
  });

  return {
    of: ({ groupId }) => ofGroups.get(groupId) ?? NONE,
    *all() {
      for (const subscriptions of ofGroups.values()) yield* subscriptions;
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

function groupOf({ ref }: CommittedChange): number[] {
  return ref.kind === SUBSCRIPTION_FILTER_KIND ? [Number(ref.region)] : [];
}
