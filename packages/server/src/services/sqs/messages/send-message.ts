import { createHash } from "node:crypto";
import type { MessageAttributeValue, MessageSystemAttributeValue } from "@aws-sdk/client-sqs";
import { StorageFull } from "../../../platform/sqlite/durable-tables.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, missingParameter, type SqsCall, type SqsDeps, type SqsOperation } from "../operation.ts";
import { isFifo, type Queue, requireQueue } from "../queues/queue.ts";
import { numberOf } from "../queues/queue-attributes.ts";
import { checkBatch, failedEntry } from "./batch.ts";
import { attributesSize, md5, md5OfAttributes, readAttributes } from "./message-attributes.ts";
import type { NewMessage, Sent } from "./message-store.ts";
import type { BodyUser } from "./sealed-body.ts";

/** All messages of a batch together (SQS API reference, SendMessageBatch). */
const MAX_BATCH_BYTES = 1_048_576;
/** FIFO sequence numbers have 20 digits, as AWS's do. */
const FIRST_SEQUENCE = 18_800_000_000_000_000_000n;

/** What one entry of a batch and SendMessage have in common. */
interface Entry {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageSystemAttributes?: Partial<Record<string, MessageSystemAttributeValue>> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

export const sendMessage: SqsOperation<"SendMessage"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  const message = readMessage(input, queue, call);
  const [sent] = await store(deps, call, call, queue, [message]);
  if (sent === undefined) throw new Error("a message was stored without a number");
  return answerOf(message, sent, queue, input);
};

export const sendMessageBatch: SqsOperation<"SendMessageBatch"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  checkBatch(input.Entries, call, "SendMessageBatchRequestEntry");
  const bytes = input.Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > MAX_BATCH_BYTES) {
    throw call.error(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  const read = input.Entries.map((entry) => {
    try {
      return { entry, message: readMessage(entry, queue, call) };
    } catch (error) {
      return { entry, failed: failedEntry(entry.Id, error) };
    }
  });
  const good = read.flatMap(({ entry, message }) => (message === undefined ? [] : [{ entry, message }]));
  const sent = await store(
    deps,
    call,
    call,
    queue,
    good.map(({ message }) => message),
  );
  const failed = read.flatMap((one) => (one.failed === undefined ? [] : [one.failed]));
  return {
    Successful: good.flatMap(({ entry, message }, at) => {
      const stored = sent[at];
      return stored === undefined ? [] : [{ Id: entry.Id, ...answerOf(message, stored, queue, entry) }];
    }),
    Failed: failed,
  };
};

/** Stores messages, sealed where the queue says so, and wakes as many receivers. */
export async function store(
  { messages, receivers, bodies, clock }: Pick<SqsDeps, "messages" | "receivers" | "bodies" | "clock">,
  call: Pick<SqsCall, "error"> | undefined,
  sender: BodyUser,
  queue: Resource<Queue>,
  sending: readonly NewMessage[],
): Promise<readonly Sent[]> {
  if (sending.length === 0) return [];
  const { queueId } = queue.document;
  const kept = await Promise.all(
    sending.map(async (message) => ({ ...message, body: await bodies.seal(queue, sender, message.body) })),
  );
  try {
    const sent = await messages.send(queueId, kept, clock.now());
    for (const _ of sending) receivers.wake(queueId);
    return sent;
  } catch (error) {
    if (call === undefined || !(error instanceof StorageFull)) throw error;
    throw call.error(
      "OverLimit",
      "The store of messages is full. Receive and delete messages, or make room on the disk.",
    );
  }
}

function readMessage(entry: Entry, queue: Resource<Queue>, call: SqsCall): NewMessage {
  const { MessageBody: body, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId, DelaySeconds } = entry;
  if (body === "") throw missingParameter("MessageBody");
  if (INVALID.test(body)) {
    throw call.error(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  }
  const attributes = readAttributes(entry.MessageAttributes);
  const most = numberOf(queue.document, "MaximumMessageSize");
  if (Buffer.byteLength(body) + attributesSize(attributes) > most) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  }
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > 900)) {
    throw invalidParameter(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  checkId("MessageGroupId", groupId);
  checkId("MessageDeduplicationId", deduplicationId);
  const trace = entry.MessageSystemAttributes?.AWSTraceHeader;
  if (Object.keys(entry.MessageSystemAttributes ?? {}).some((name) => name !== "AWSTraceHeader")) {
    throw invalidParameter("The only supported message system attribute is AWSTraceHeader, of type String.");
  }
  return {
    body,
    attributes,
    traceHeader: trace?.StringValue,
    sender: call.principal.principalId,
    delayMs: (DelaySeconds ?? numberOf(queue.document, "DelaySeconds")) * 1_000,
    groupId,
    deduplication: isFifo(queue) ? deduplicationOf(entry, queue.document) : refuseFifoParts(entry),
  };
}

/** What XML 1.0 does not allow (SQS API reference, SendMessage); a lone surrogate is part of no character. */
export const INVALID = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const ID = /^[\x21-\x7e]{1,128}$/;

function checkId(name: string, value: string | undefined): void {
  if (value !== undefined && !ID.test(value)) {
    throw invalidParameter(
      `Value ${value.slice(0, 128)} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  }
}

function refuseFifoParts({ MessageDeduplicationId: id }: Entry): undefined {
  if (id !== undefined) {
    throw invalidParameter(
      `Value ${id} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    );
  }
  return undefined;
}

function deduplicationOf(entry: Entry, { attributes }: Queue): { id: string; scope: string } {
  const { MessageGroupId, MessageDeduplicationId, DelaySeconds, MessageBody } = entry;
  if (MessageGroupId === undefined) throw missingParameter("MessageGroupId");
  if ((DelaySeconds ?? 0) > 0) {
    throw invalidParameter(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  const scope = attributes.DeduplicationScope === "messageGroup" ? MessageGroupId : "";
  if (MessageDeduplicationId !== undefined) return { id: MessageDeduplicationId, scope };
  if (attributes.ContentBasedDeduplication !== "true") {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { id: createHash("sha256").update(MessageBody).digest("hex"), scope };
}

function answerOf(message: NewMessage, sent: Sent, queue: Resource<Queue>, { MessageSystemAttributes: system }: Entry) {
  const ofAttributes = md5OfAttributes(message.attributes);
  const trace = system?.AWSTraceHeader;
  const ofSystem =
    trace?.StringValue === undefined
      ? undefined
      : md5OfAttributes({ AWSTraceHeader: { dataType: trace.DataType ?? "String", value: trace.StringValue } });
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: md5(message.body),
    ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
    ...(ofSystem !== undefined && { MD5OfMessageSystemAttributes: ofSystem }),
    ...(isFifo(queue) && { SequenceNumber: sequenceNumber(sent.sequence) }),
  };
}

export const sequenceNumber = (sequence: number): string => String(FIRST_SEQUENCE + BigInt(sequence));
