import type { Clock } from "../../../platform/clock/clock.ts";
import { type FunctionRunner, NotInvoked } from "../../../platform/functions/functions.ts";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { Graphs } from "../../../platform/mail/graphs.ts";
import { type Mailer, MailNotSent } from "../../../platform/mail/mail.ts";
import type { Carrier, Delivery, Outbox, Outcome } from "../../../platform/outbox/outbox.ts";
import {
  MAIL_SCHEDULE,
  MANAGED_SCHEDULE,
  type RetrySchedule,
  retryDelayMs,
} from "../../../platform/outbox/retry-schedule.ts";
import { type Outgoing, TargetRefused } from "../../../platform/outgoing/outgoing.ts";
import { type MessageQueues, NotQueued } from "../../../platform/queues/message-queues.ts";
import type { State } from "../../../platform/state/state.ts";
import type { SealedMessages, SealedNotification } from "../publish/sealed-message.ts";
import { findSubscription, type Subscription } from "../subscriptions/subscription.ts";
import { findTopic } from "../topics/topic.ts";
import { giveUp } from "./dead-letters.ts";
import { effectivePolicy } from "./delivery-policy.ts";
import { writeEnvelope } from "./envelope.ts";
import { composeMail } from "./mail-text.ts";
import { messageFor, type OutgoingBody, type OutgoingTarget } from "./outgoing-message.ts";
import type { Signer } from "./signing.ts";

/** What deliveries work with. */
export interface CarrierParts {
  readonly state: State;
  readonly outgoing: Outgoing;
  readonly mailer: Mailer;
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
  readonly graphs: Graphs;
  readonly signer: Signer;
  readonly sealed: SealedMessages;
  readonly publicUrl: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The kinds of deliveries in the outbox, and how many of each may be under way at once. */
const AT_ONCE = { "sns-http": 256, "sns-mail": 8, "sns-sqs": 64, "sns-lambda": 64 } as const;

export const kindOf = (protocol: string): keyof typeof AT_ONCE =>
  protocol === "sqs"
    ? "sns-sqs"
    : protocol === "lambda"
      ? "sns-lambda"
      : protocol.startsWith("email")
        ? "sns-mail"
        : "sns-http";

/** A webhook has so long for its answer (developer guide, "Fanout to HTTP/S endpoints"). */
const WEBHOOK_MS = 15_000;
/** Only the status of the answer counts. */
const ANSWER_BYTES = 65_536;
/** Attributes that a queue takes; raw messages with more can't be delivered (developer guide, "Raw message delivery"). */
const QUEUE_ATTRIBUTES = 10;

/** One try, with everything known that it needs. */
interface Try {
  readonly delivery: Delivery;
  readonly body: OutgoingBody;
  readonly target: OutgoingTarget;
  /** Undefined for the farewell to one that was removed. */
  readonly subscription: Subscription | undefined;
  readonly signal: AbortSignal;
}

/** A try that failed: whether another one may succeed, and when. */
class Failed extends Error {
  readonly code: string;
  readonly schedule: RetrySchedule | undefined;

  constructor(code: string, message: string, schedule: RetrySchedule | undefined) {
    super(message);
    this.code = code;
    this.schedule = schedule;
  }
}

/** Registers SNS's carriers with the outbox. */
export function carrySns(outbox: Outbox, parts: CarrierParts): void {
  const add = (kind: keyof typeof AT_ONCE, send: (parts: CarrierParts, by: Try) => Promise<Outcome | undefined>) =>
    outbox.carrier(kind, carrier(parts, send), AT_ONCE[kind]);
  add("sns-mail", sendMail);
  add("sns-sqs", sendToQueue);
  add("sns-lambda", runFunction);
  add("sns-http", webhooks());
}

function carrier(parts: CarrierParts, send: (parts: CarrierParts, by: Try) => Promise<Outcome | undefined>): Carrier {
  return {
    async deliver(delivery, signal) {
      const kept = delivery.body as OutgoingBody | SealedNotification;
      const target = delivery.target as OutgoingTarget;
      const subscription = findSubscription(parts.state, target.subscription)?.document;
      // Nobody wants it any more: the subscription was removed, or confirmed meanwhile.
      if (kept.type === "Notification" && subscription?.pending !== undefined) return { kind: "delivered" };
      if (kept.type !== "UnsubscribeConfirmation" && subscription === undefined) return { kind: "delivered" };
      if (kept.type === "SubscriptionConfirmation" && subscription?.pending === undefined) return { kind: "delivered" };
      const opened = await open(parts, kept, delivery);
      if ("kind" in opened) return opened;
      const body = opened;
      try {
        return (await send(parts, { delivery, body, target, subscription, signal })) ?? { kind: "delivered" };
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        const delayMs = error.schedule === undefined ? undefined : retryDelayMs(error.schedule, delivery.attempts + 1);
        if (delayMs !== undefined) return { kind: "again", reason: error.message, delayMs };
        return giveUp(
          parts.queues,
          delivery,
          subscription,
          body.type === "Notification" ? body : undefined,
          () => writeEnvelope(parts, body, target, versionOf(parts, body)),
          { code: error.code, reason: error.message },
        );
      }
    },
  };
}

/** A message whose key can't be used now waits for it, as long as for any other target. */
async function open(
  { sealed }: CarrierParts,
  kept: OutgoingBody | SealedNotification,
  { attempts }: Delivery,
): Promise<OutgoingBody | Outcome> {
  try {
    return await sealed.open(kept);
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    const reason = `the message can't be decrypted: ${error.message}`;
    const delayMs = retryDelayMs(MANAGED_SCHEDULE, attempts + 1);
    return delayMs === undefined ? { kind: "given up", reason } : { kind: "again", reason, delayMs };
  }
}

const versionOf = ({ state }: CarrierParts, { topicArn }: OutgoingBody): "1" | "2" =>
  findTopic(state, topicArn)?.document.attributes.SignatureVersion === "2" ? "2" : "1";

/** The picture of a mail's graph, within a time; a mail never waits for good. */
const GRAPH_MS = 10_000;

async function sendMail(parts: CarrierParts, { delivery, body, target }: Try): Promise<undefined> {
  const envelope =
    target.protocol === "email-json" ? await writeEnvelope(parts, body, target, versionOf(parts, body)) : undefined;
  const picture = envelope === undefined && body.type === "Notification" ? await drawGraph(parts, body) : undefined;
  try {
    await parts.mailer.send(
      composeMail({ body, target, publicUrl: parts.publicUrl(), envelope, picture, deliveryId: delivery.id }),
    );
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    throw new Failed("MailNotSent", error.message, error.final ? undefined : MAIL_SCHEDULE);
  }
}

async function drawGraph(
  { graphs, log }: CarrierParts,
  body: Extract<OutgoingBody, { type: "Notification" }>,
): Promise<Uint8Array | undefined> {
  const [, , , region = "", account = ""] = body.topicArn.split(":");
  if (body.graph === undefined || graphs.draw === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no picture within ${GRAPH_MS} ms`)), GRAPH_MS);
  });
  try {
    return await Promise.race([graphs.draw({ widget: body.graph, account, region }), late]);
  } catch (error) {
    log("warn", "a mail goes without its graph", { messageId: body.messageId, error });
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function sendToQueue(parts: CarrierParts, { body, target, subscription }: Try): Promise<undefined> {
  if (body.type !== "Notification") return;
  const raw = subscription?.attributes.RawMessageDelivery === "true";
  const attributes = raw ? body.attributes : {};
  if (Object.keys(attributes).length > QUEUE_ATTRIBUTES) {
    throw new Failed(
      "InvalidParameterValue",
      `a raw message for a queue can have at most ${QUEUE_ATTRIBUTES} attributes`,
      undefined,
    );
  }
  const text = raw
    ? messageFor(body, target.protocol)
    : await writeEnvelope(parts, body, target, versionOf(parts, body));
  const fifo = target.endpoint.endsWith(".fifo");
  try {
    await parts.queues.send(
      target.endpoint,
      {
        body: text,
        attributes,
        ...(body.groupId !== undefined && { groupId: body.groupId }),
        ...(fifo && body.deduplicationId !== undefined && { deduplicationId: body.deduplicationId }),
      },
      { service: "sns.amazonaws.com", sourceArn: body.topicArn },
    );
  } catch (error) {
    const final = error instanceof NotQueued && error.final;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failed("QueueUnavailable", reason, final ? undefined : MANAGED_SCHEDULE);
  }
}

/** Hands the message to a function as Lambda's event of SNS, with the names that differ there. */
async function runFunction(parts: CarrierParts, { body, target, signal }: Try): Promise<undefined> {
  if (body.type !== "Notification") return;
  const envelope = JSON.parse(await writeEnvelope(parts, body, target, versionOf(parts, body))) as Record<
    string,
    unknown
  >;
  const { SigningCertURL, UnsubscribeURL, MessageAttributes = {}, ...rest } = envelope;
  const Sns = {
    Subject: null,
    ...rest,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes,
  };
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: target.subscription, Sns };
  const { functions } = parts.runner;
  if (functions === undefined) throw new Failed("FunctionUnavailable", "there is no function runner", MANAGED_SCHEDULE);
  try {
    await functions.invoke(target.endpoint, { Records: [record] }, signal);
  } catch (error) {
    const final = error instanceof NotInvoked && error.final;
    throw new Failed(
      "FunctionUnavailable",
      error instanceof Error ? error.message : String(error),
      final ? undefined : MANAGED_SCHEDULE,
    );
  }
}

/** Posts to webhooks, no faster than a subscription's policy allows. */
function webhooks() {
  const nextSlot = new Map<string, number>();

  return async (parts: CarrierParts, { body, target, subscription, signal }: Try): Promise<Outcome | undefined> => {
    const topic = findTopic(parts.state, body.topicArn)?.document.attributes.DeliveryPolicy;
    const policy = effectivePolicy(subscription?.attributes.DeliveryPolicy, topic);
    const schedule = policy.healthyRetryPolicy;
    if (policy.throttlePolicy !== null && body.type === "Notification") {
      const now = parts.clock.now();
      const slot = nextSlot.get(target.subscription) ?? 0;
      if (slot > now) return { kind: "later", delayMs: slot - now };
      // Slots of the past say nothing.
      if (nextSlot.size > 10_000) for (const [arn, at] of nextSlot) if (at <= now) nextSlot.delete(arn);
      nextSlot.set(target.subscription, now + 1_000 / policy.throttlePolicy.maxReceivesPerSecond);
    }
    const raw = body.type === "Notification" && subscription?.attributes.RawMessageDelivery === "true";
    const text = raw
      ? messageFor(body, target.protocol)
      : await writeEnvelope(parts, body, target, versionOf(parts, body));
    let status: number;
    try {
      const answer = await parts.outgoing.send({
        method: "POST",
        url: target.endpoint,
        headers: {
          "content-type": policy.requestPolicy.headerContentType,
          "user-agent": "Amazon Simple Notification Service Agent",
          "x-amz-sns-message-type": body.type,
          "x-amz-sns-message-id": body.messageId,
          "x-amz-sns-topic-arn": body.topicArn,
          ...(body.type === "Notification" && { "x-amz-sns-subscription-arn": target.subscription }),
          ...(raw && { "x-amz-sns-rawdelivery": "true" }),
        },
        body: Buffer.from(text, "utf8"),
        timeoutMs: WEBHOOK_MS,
        maxAnswerBytes: ANSWER_BYTES,
        signal,
      });
      status = answer.status;
    } catch (error) {
      if (signal.aborted) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failed("EndpointUnreachable", reason, error instanceof TargetRefused ? undefined : schedule);
    }
    if (status >= 200 && status < 300) return undefined;
    // What the endpoint itself refuses it will refuse again (developer guide, "Message delivery retries"); a redirect is not followed.
    const passing = status >= 500 || status === 429 || status < 200;
    throw new Failed(`HTTP${status}`, `the endpoint answered ${status}`, passing ? schedule : undefined);
  };
}
