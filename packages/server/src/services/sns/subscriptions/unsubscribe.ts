import { againOnConflict } from "../../../platform/state/changes-by-calls.ts";
import type { Cause, State } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import type { SnsDeps, SnsOperation } from "../operation.ts";
import type { Publisher } from "../publish/publisher.ts";
import { type Topic, topicArn, topicRef } from "../topics/topic.ts";
import { makeToken } from "./pending.ts";
import {
  endpointRef,
  findSubscription,
  removalChanges,
  requireSubscriptionPlace,
  type Subscription,
  subscriptionArn,
  subscriptionRef,
  topicNameOf,
} from "./subscription.ts";

/** Removes a subscription and gives it, or undefined when there is none. */
export async function remove(state: State, cause: Cause, arn: string): Promise<Subscription | undefined> {
  return againOnConflict(async () => {
    const found = findSubscription(state, arn);
    if (found === undefined) return undefined;
    const topic = state.get<Topic>(topicRef(found.ref, topicNameOf(found.ref.key)));
    const counted = topic && { ...topic.document, removedSubscriptions: topic.document.removedSubscriptions + 1 };
    await state.commit({
      cause,
      changes: [
        ...removalChanges(found),
        ...(topic && counted ? [{ put: topic.ref, document: counted, expect: topic.version }] : []),
      ],
    });
    return found.document;
  });
}

/** Removing what isn't there is no fault. */
export const unsubscribe: SnsOperation<"Unsubscribe"> = async (input, call, deps) => {
  requireSubscriptionPlace(call, input.SubscriptionArn);
  await remove(deps.state, causeOf(call), input.SubscriptionArn);
  return {};
};

/**
 * Removes a subscription for whoever has its link, and tells the subscriber how to get it back: the link is easily followed by
 * mistake. `refused` when the subscription asks for a signed call.
 */
export async function unsubscribeByLink(
  { state, publisher }: Pick<SnsDeps, "state"> & { readonly publisher: Publisher },
  arn: string,
  now: number,
): Promise<"removed" | "missing" | "refused"> {
  const found = findSubscription(state, arn);
  if (found === undefined || found.document.pending !== undefined) return "missing";
  if (found.document.authenticatesUnsubscribe) return "refused";
  const cause = { action: "sns:Unsubscribe" };
  const removed = await remove(state, cause, arn);
  if (removed === undefined) return "missing";
  const { ref } = found;
  const topicName = topicNameOf(ref.key);
  const topic = state.get<Topic>(topicRef(ref, topicName));
  if (topic === undefined) return "removed";
  // It comes back as pending, under the same ARN, when the link of the farewell is followed in time.
  const { token, pending, change } = makeToken(ref, now);
  const document: Subscription = { ...removed, pending, confirmedByCall: false };
  await state.commit({
    cause,
    changes: [
      { put: subscriptionRef(ref, ref.key), document, expect: "absent" },
      {
        put: endpointRef(ref, topicName, removed.protocol, removed.endpoint),
        document: { key: ref.key },
        expect: "any",
      },
      change,
    ],
  });
  const target = { subscription: subscriptionArn(ref), protocol: removed.protocol, endpoint: removed.endpoint };
  await publisher.sayGoodbye(topicArn(ref, topicName), target, token);
  return "removed";
}
