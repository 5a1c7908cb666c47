import { againOnConflict, causeOf } from "../commit.ts";
import { invalidParameter, type SnsOperation } from "../operation.ts";
import { removalChanges, SUBSCRIPTION_KIND, type Subscription } from "../subscriptions/subscription.ts";
import { parseTopicArn, type Topic, topicRef } from "./topic.ts";

/** Deleting a topic that isn't there is no fault (SNS API reference, DeleteTopic). Its subscriptions go in the same commit. */
export const deleteTopic: SnsOperation<"DeleteTopic"> = async (input, call, { state }) => {
  const place = parseTopicArn(input.TopicArn);
  if (place === undefined || place.region !== call.region || place.account !== call.account) {
    throw invalidParameter(call, "TopicArn");
  }
  await againOnConflict(call, async () => {
    const topic = state.get<Topic>(topicRef(place, place.name));
    if (topic === undefined) return;
    const { account, region } = place;
    const subscriptions = state.list<Subscription>({
      kind: SUBSCRIPTION_KIND,
      account,
      region,
      prefix: `${place.name}:`,
    });
    await state.commit({
      cause: causeOf(call),
      changes: [{ remove: topic.ref, expect: topic.version }, ...subscriptions.flatMap(removalChanges)],
    });
  });
  return {};
};
