import { randomUUID } from "node:crypto";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { NewDelivery, Outbox } from "../../../platform/outbox/outbox.ts";
import type { DurableTables } from "../../../platform/sqlite/durable-tables.ts";
import type { Resource, State } from "../../../platform/state/state.ts";
import { kindOf } from "../delivery/carriers.ts";
import { messageFor, type NotificationBody, type OutgoingTarget } from "../delivery/outgoing-message.ts";
import type { JsonValue } from "../filter-policy/condition.ts";
import { compileFilterPolicy } from "../filter-policy/filter-policy.ts";
import { isEmptyPolicy } from "../subscriptions/check-attributes.ts";
import { SUBSCRIPTION_KIND, type Subscription, subscriptionArn } from "../subscriptions/subscription.ts";
import { arnOfTopic, isFifo, type Topic } from "../topics/topic.ts";
import { openFifoTopics } from "./fifo-topics.ts";
import type { PublishUser, SealedMessages } from "./sealed-message.ts";

/** A message as a caller gave it, checked. */
export type NewNotification = Omit<NotificationBody, "type" | "messageId" | "topicArn" | "at" | "sequenceNumber">;

export interface Published {
  readonly messageId: string;
  /** FIFO topics only. */
  readonly sequenceNumber: string | undefined;
}

export interface Publisher {
  /**
   * Resolves when every delivery of the message is durable. A message with an `id` that is still being delivered is not taken twice.
   * Rejects with `OutboxFull` or `StorageFull`, and with `KeyRefused` when the topic has a key that `by` can't use.
   */
  publish(topic: Resource<Topic>, message: NewNotification, by: PublishUser, id?: string): Promise<Published>;
  /** Sends the token that confirms a subscription (again). */
  askToConfirm(topicArn: string, target: OutgoingTarget, token: string): Promise<void>;
  /** Tells a subscriber that the subscription was removed, with the token that brings it back. */
  sayGoodbye(topicArn: string, target: OutgoingTarget, token: string): Promise<void>;
  /** Forgets what FIFO topics no longer have to know. */
  cleanUp(): Promise<void>;
}

export interface PublisherParts {
  readonly state: State;
  readonly outbox: Outbox;
  readonly sealed: SealedMessages;
  /** The outbox's file, with `FIFO_TOPICS_SCHEMA`. */
  readonly tables: DurableTables;
  readonly clock: Clock;
}

export function createPublisher({ state, outbox, sealed, tables, clock }: PublisherParts): Publisher {
  const fifoTopics = openFifoTopics(tables);

  const publish: Publisher["publish"] = async (topic, message, by, id) => {
    const topicArn = arnOfTopic(topic);
    const at = clock.now();
    const fifo = isFifo(topic);
    const number = fifo
      ? await fifoTopics.number(topicArn, scopeOf(topic, message), message.deduplicationId ?? "", at)
      : undefined;
    const messageId = number?.messageId ?? id ?? randomUUID();
    const published: Published = { messageId, sequenceNumber: number?.sequenceNumber };
    if (number?.published === true) return published;
    const body: NotificationBody = {
      type: "Notification",
      messageId,
      topicArn,
      at,
      ...message,
      ...(number !== undefined && { sequenceNumber: number.sequenceNumber }),
    };
    const { account, region, key } = topic.ref;
    const deliveries = state
      .list<Subscription>({ kind: SUBSCRIPTION_KIND, account, region, prefix: `${key}:` })
      .filter(({ document }) => document.pending === undefined && passes(document, body))
      .map((subscription) => deliveryTo(subscription, fifo ? message.groupId : undefined));
    await outbox.put(
      { id: messageId, body: await sealed.seal(topic, by, body), deliveries },
      number === undefined ? undefined : () => fifoTopics.markPublished(number.sequence),
    );
    return published;
  };

  const tell = (type: "SubscriptionConfirmation" | "UnsubscribeConfirmation"): Publisher["askToConfirm"] => {
    return async (topicArn, target, token) => {
      const messageId = randomUUID();
      const body = { type, messageId, topicArn, token, at: clock.now() };
      const delivery = { kind: kindOf(target.protocol), lane: `sns-confirm ${target.subscription}`, target };
      await outbox.put({ id: messageId, body, deliveries: [delivery] });
    };
  };

  return {
    publish,
    askToConfirm: tell("SubscriptionConfirmation"),
    sayGoodbye: tell("UnsubscribeConfirmation"),
    cleanUp: () => fifoTopics.forget(clock.now()),
  };
}

/** A message of a FIFO topic waits for those of its group before it, at each subscriber. */
function deliveryTo({ ref, document }: Resource<Subscription>, groupId: string | undefined): NewDelivery {
  const subscription = subscriptionArn(ref);
  const target: OutgoingTarget = { subscription, protocol: document.protocol, endpoint: document.endpoint };
  const lane = groupId === undefined ? `sns ${subscription}` : `sns ${subscription} ${groupId}`;
  return { kind: kindOf(document.protocol), lane, ordered: groupId !== undefined, target };
}

const scopeOf = (topic: Resource<Topic>, { groupId = "" }: NewNotification): string =>
  topic.document.attributes.FifoThroughputScope === "MessageGroup" ? groupId : "";

/** Whether a subscription's filter policy lets the message through. */
function passes({ attributes, protocol }: Subscription, body: NotificationBody): boolean {
  const { FilterPolicy: policy = "", FilterPolicyScope: scope } = attributes;
  if (policy === "" || isEmptyPolicy(policy)) return true;
  if (scope !== "MessageBody") return compileFilterPolicy(policy, "MessageAttributes").matches(attributeValues(body));
  const parsed = readBody(messageFor(body, protocol));
  return parsed !== undefined && compileFilterPolicy(policy, "MessageBody").matches(parsed);
}

/** What a policy sees of the attributes: texts, numbers, and the items of `String.Array`. Bytes can't be filtered on. */
function attributeValues({ attributes }: NotificationBody): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { dataType, value }]): [string, JsonValue][] => {
      if (dataType.startsWith("Binary")) return [];
      if (dataType.startsWith("Number")) return [[name, Number(value)]];
      if (dataType !== "String.Array") return [[name, value]];
      const items = readBody(value);
      return Array.isArray(items) ? [[name, items]] : [];
    }),
  );
}

function readBody(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
