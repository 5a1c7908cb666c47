import { randomUUID } from "node:crypto";
import type { Resource } from "../../../platform/state/state.ts";
import { againOnConflict, causeOf } from "../commit.ts";
import { invalidParameter, type SnsDeps, type SnsOperation } from "../operation.ts";
import { isFifo, requireTopic, type Topic } from "../topics/topic.ts";
import { withoutEmpty } from "../topics/topic-attributes.ts";
import { checkSubscriptionAttributes } from "./check-attributes.ts";
import { readEndpoint } from "./endpoints.ts";
import { makeToken } from "./pending.ts";
import { endpointRef, SUBSCRIPTION_KIND, type Subscription, subscriptionArn, subscriptionRef } from "./subscription.ts";

/** AWS allows 12.5 million; here each publish looks at all of its topic's subscriptions. */
const MAX_SUBSCRIPTIONS = 10_000;

export const subscribe: SnsOperation<"Subscribe"> = async (input, call, deps) => {
  const { state, publisher, clock } = deps;
  const subscribed = await againOnConflict(call, async () => {
    const topic = requireTopic(deps, call, input.TopicArn);
    const { protocol, endpoint } = readEndpoint(deps, call, topic, input.Protocol, input.Endpoint);
    const given = { ...input.Attributes };
    const attributes = withoutEmpty(given);
    checkSubscriptionAttributes(deps, call, protocol, isFifo(topic), given, attributes, "Attributes Reason: ");
    const index = endpointRef(topic.ref, topic.ref.key, protocol, endpoint);
    const known = findIndexed(deps, topic, state.get<{ key: string }>(index)?.document.key);
    const now = clock.now();
    if (known !== undefined) {
      const other = Object.entries(attributes).some(([name, value]) => known.document.attributes[name] !== value);
      if (other) {
        throw invalidParameter(call, "Attributes Reason: Subscription already exists with different attributes");
      }
      if (known.document.pending === undefined) return { ref: known.ref, document: known.document, token: undefined };
      // Asking again sends a new token; the old one is worth nothing any more.
      const { token, pending, change } = makeToken(known.ref, now);
      const document: Subscription = { ...known.document, pending };
      await state.commit({
        cause: causeOf(call),
        changes: [{ put: known.ref, document, expect: known.version }, change],
      });
      return { ref: known.ref, document, token };
    }
    const { account, region, key: topicName } = topic.ref;
    const many = state.list({
      kind: SUBSCRIPTION_KIND,
      account,
      region,
      prefix: `${topicName}:`,
      limit: MAX_SUBSCRIPTIONS,
    }).length;
    if (many >= MAX_SUBSCRIPTIONS) {
      throw call.error(
        "SubscriptionLimitExceededException",
        `A topic can have at most ${MAX_SUBSCRIPTIONS} subscriptions.`,
      );
    }
    const ref = subscriptionRef(topic.ref, `${topicName}:${randomUUID()}`);
    const confirmed = protocol === "sqs" || protocol === "lambda";
    const made = confirmed ? undefined : makeToken(ref, now);
    const document: Subscription = {
      protocol,
      endpoint,
      attributes,
      pending: made?.pending,
      authenticatesUnsubscribe: false,
      confirmedByCall: confirmed,
      createdAt: now,
    };
    await state.commit({
      cause: causeOf(call),
      changes: [
        // The topic is written again as it is, so that one that is being deleted takes no subscription with it into the dark.
        { put: topic.ref, document: topic.document, expect: topic.version },
        { put: ref, document, expect: "absent" },
        { put: index, document: { key: ref.key }, expect: "any" },
        ...(made === undefined ? [] : [made.change]),
      ],
    });
    return { ref, document, token: made?.token };
  });

  const arn = subscriptionArn(subscribed.ref);
  const { protocol, endpoint, pending } = subscribed.document;
  if (subscribed.token !== undefined) {
    await publisher.askToConfirm(input.TopicArn, { subscription: arn, protocol, endpoint }, subscribed.token);
  }
  return {
    SubscriptionArn: pending === undefined || input.ReturnSubscriptionArn === true ? arn : "pending confirmation",
  };
};

function findIndexed({ state }: Pick<SnsDeps, "state">, topic: Resource<Topic>, key: string | undefined) {
  return key === undefined ? undefined : state.get<Subscription>(subscriptionRef(topic.ref, key));
}
