import type { MessageSystemAttributeName } from "@aws-sdk/client-sqs";
import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, type SqsDeps, type SqsInput, type SqsOperation } from "../operation.ts";
import { arnOfQueue, findQueueByArn, isFifo, type Queue, requireQueue } from "../queues/queue.ts";
import { numberOf, readRedrivePolicy } from "../queues/queue-attributes.ts";
import { chosenAttributes, md5, md5OfAttributes, writeAttributes } from "./message-attributes.ts";
import type { Receiving, StoredMessage } from "./message-store.ts";
import { writeHandle } from "./receipt-handle.ts";
import { sequenceNumber } from "./send-message.ts";

export const receiveMessage: SqsOperation<"ReceiveMessage"> = async (input, call, deps) => {
  const { messages, receivers, bodies, clock } = deps;
  const queue = requireQueue(deps, call, input.QueueUrl);
  const fifo = isFifo(queue);
  const { queueId } = queue.document;
  bodies.checkOpen(queue, call);
  const max = within(input.MaxNumberOfMessages ?? 1, "MaxNumberOfMessages", 1, 10);
  const wait = within(
    input.WaitTimeSeconds ?? numberOf(queue.document, "ReceiveMessageWaitTimeSeconds"),
    "WaitTimeSeconds",
    0,
    20,
  );
  const visibility = within(
    input.VisibilityTimeout ?? numberOf(queue.document, "VisibilityTimeout"),
    "VisibilityTimeout",
    0,
    43_200,
  );
  const wanted: readonly string[] = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const unknown = wanted.find((name) => !SYSTEM_ATTRIBUTES.has(name));
  if (unknown !== undefined) throw call.error("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const retentionMs = numberOf(queue.document, "MessageRetentionPeriod") * 1_000;
  const by: Omit<Receiving, "sentAfter"> = {
    queueId,
    fifo,
    max,
    visibilityMs: visibility * 1_000,
    attempt: fifo ? input.ReceiveRequestAttemptId : undefined,
    deadLetters: deadLettersOf(queue, deps),
  };

  const until = clock.now() + wait * 1_000;
  for (;;) {
    const now = clock.now();
    const sentAfter = now - retentionMs;
    // Looking costs no write; only a receiver that will get something makes one.
    if (by.attempt !== undefined || messages.hasVisible(queueId, sentAfter, now)) {
      const { messages: received, moved, overLimit } = await messages.receive({ ...by, sentAfter }, now);
      if (moved && by.deadLetters !== undefined) receivers.wake(by.deadLetters.queueId);
      if (overLimit) throw call.error("OverLimit", "Too many messages are in flight: delete those that were received.");
      if (received.length > 0) {
        // Others may wait for what is left.
        if (messages.hasVisible(queueId, sentAfter, now)) receivers.wake(queueId);
        const opened = await Promise.all(
          received.map(async (message) => ({ ...message, body: await bodies.open(call, message.body) })),
        );
        return {
          Messages: opened.map((message) => show(message, queueId, fifo, wanted, input.MessageAttributeNames ?? [])),
        };
      }
    }
    if (clock.now() >= until || call.signal.aborted) return {};
    // A message that waits for its group becomes visible by a delete or a change, which wakes; hidden ones by time alone.
    const hiddenUntil = messages.nextVisibleAt(queueId, clock.now()) ?? until;
    await receivers.wait(queueId, Math.min(until, hiddenUntil), call.signal);
    if (deps.state.get<Queue>(queue.ref)?.document.queueId !== queueId) {
      throw call.error("QueueDoesNotExist", "The specified queue does not exist.");
    }
  }
};

function within(value: number, name: string, min: number, max: number): number {
  if (value < min || value > max) {
    throw invalidParameter(
      name === "MaxNumberOfMessages"
        ? `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`
        : `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${min} and <= ${max}, if provided.`,
    );
  }
  return value;
}

/** Where messages go that were received too often; nowhere while that queue is missing. */
function deadLettersOf(queue: Resource<Queue>, { state }: SqsDeps): Receiving["deadLetters"] {
  const policy = readRedrivePolicy(queue.document.attributes.RedrivePolicy);
  const target = policy === undefined ? undefined : findQueueByArn(state, policy.deadLetterTargetArn);
  if (policy === undefined || target === undefined) return undefined;
  return { queueId: target.document.queueId, maxReceives: policy.maxReceiveCount, sourceArn: arnOfQueue(queue) };
}

const SYSTEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  "All",
  "ApproximateFirstReceiveTimestamp",
  "ApproximateReceiveCount",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "MessageDeduplicationId",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
  "SequenceNumber",
]);

function show(
  message: StoredMessage,
  queueId: number,
  fifo: boolean,
  wanted: readonly string[],
  names: NonNullable<SqsInput<"ReceiveMessage">["MessageAttributeNames"]>,
) {
  const system: Readonly<Partial<Record<MessageSystemAttributeName, string | undefined>>> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SequenceNumber: fifo ? sequenceNumber(message.id) : undefined,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.sourceArn,
  };
  const chosen = Object.fromEntries(
    Object.entries(system).flatMap(([name, value]) =>
      value !== undefined && (wanted.includes("All") || wanted.includes(name)) ? [[name, value]] : [],
    ),
  );
  const attributes = chosenAttributes(message.attributes, names);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: writeHandle(queueId, { id: message.id, secret: message.receipt }),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(chosen).length > 0 && { Attributes: chosen }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: writeAttributes(attributes) }),
  };
}
