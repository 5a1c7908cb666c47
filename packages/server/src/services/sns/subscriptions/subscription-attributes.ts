import { changeDocument } from "../commit.ts";
import { effectivePolicy } from "../delivery/delivery-policy.ts";
import { invalidParameter, type SnsOperation } from "../operation.ts";
import { findTopic, topicArn } from "../topics/topic.ts";
import { checkSubscriptionAttributes, isEmptyPolicy } from "./check-attributes.ts";
import { requireSubscription, type Subscription, subscriptionArn, topicNameOf } from "./subscription.ts";

export const getSubscriptionAttributes: SnsOperation<"GetSubscriptionAttributes"> = async (input, call, deps) => {
  const { ref, document } = requireSubscription(deps, call, input.SubscriptionArn);
  const arn = topicArn(ref, topicNameOf(ref.key));
  const { attributes, protocol, pending } = document;
  const http = protocol === "http" || protocol === "https";
  const topicPolicy = findTopic(deps.state, arn)?.document.attributes.DeliveryPolicy;
  return {
    Attributes: {
      RawMessageDelivery: "false",
      ...(attributes.FilterPolicy !== undefined && { FilterPolicyScope: "MessageAttributes" }),
      ...attributes,
      ...(http && { EffectiveDeliveryPolicy: JSON.stringify(effectivePolicy(attributes.DeliveryPolicy, topicPolicy)) }),
      SubscriptionArn: subscriptionArn(ref),
      TopicArn: arn,
      Owner: ref.account,
      Protocol: protocol,
      Endpoint: document.endpoint,
      PendingConfirmation: String(pending !== undefined),
      ConfirmationWasAuthenticated: String(document.confirmedByCall),
      SubscriptionPrincipal: `arn:aws:iam::${ref.account}:root`,
    },
  };
};

export const setSubscriptionAttributes: SnsOperation<"SetSubscriptionAttributes"> = async (input, call, deps) => {
  const { AttributeName: name, AttributeValue: value = "" } = input;
  if (name === "") throw invalidParameter(call, "AttributeName");
  await changeDocument<Subscription>(
    deps,
    call,
    () => requireSubscription(deps, call, input.SubscriptionArn),
    (document) => {
      const { ref } = requireSubscription(deps, call, input.SubscriptionArn);
      const whole = { ...document.attributes, [name]: value };
      const fifo = topicNameOf(ref.key).endsWith(".fifo");
      checkSubscriptionAttributes(deps, call, document.protocol, fifo, { [name]: value }, whole, "");
      const attributes = Object.fromEntries(
        Object.entries(whole).filter(([key, text]) => text !== "" && !(key === "FilterPolicy" && isEmptyPolicy(text))),
      );
      return { ...document, attributes };
    },
  );
  return {};
};
