import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";
import { createDestinations, type DestinationParts, type Destinations } from "./destinations/destinations.ts";
import { type Forwarder, type ForwarderParts, type Subscriptions, startForwarder } from "./forwarding/forwarder.ts";
import { SUBSCRIPTION_CURSOR_KIND } from "./forwarding/subscription-cursor.ts";
import { subscriptionRegistry } from "./forwarding/subscription-registry.ts";

const SCANNED_AT_ONCE = 1_000;

/** Subscriptions at work. */
export async function startSubscriptions(
  parts: DestinationParts & Omit<ForwarderParts, "subscriptions" | "destinations">,
): Promise<{ readonly destinations: Destinations; readonly forwarder: Forwarder }> {
  const destinations = createDestinations(parts);
  const subscriptions = subscriptionRegistry(parts.state, parts.log);
  await removeSpareCursors(parts.state, subscriptions);
  const forwarder = startForwarder({ ...parts, subscriptions, destinations });
  return { destinations, forwarder };
}

/** A lane may note how far it is while its subscription is deleted; nobody needs that note. */
async function removeSpareCursors(state: State, subscriptions: Subscriptions): Promise<void> {
  const living = new Set<string>();
  for (const { groupId, id } of subscriptions.all()) living.add(`${groupId}/${id}`);
  let after: ResourceRef | undefined;
  do {
    const page = state.scan(SUBSCRIPTION_CURSOR_KIND, after, SCANNED_AT_ONCE);
    const spare = page.filter(({ ref }) => !living.has(`${ref.region}/${ref.key}`));
    if (spare.length > 0) {
      const changes = spare.map(({ ref }): Change => ({ remove: ref, expect: "any" }));
      await state.commit({ cause: { action: "job:logs-subscriptions" }, changes });
    }
    after = page.at(-1)?.ref;
  } while (after !== undefined);
}
