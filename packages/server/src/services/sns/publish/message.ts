import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { QueuedAttribute } from "../../../platform/queues/message-queues.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, type SnsCall } from "../operation.ts";
import { isFifo, type Topic } from "../topics/topic.ts";
import type { NewNotification } from "./publisher.ts";

/** What Publish and an entry of PublishBatch have in common. */
export interface Entry {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** Message and attributes together (SNS API reference, Publish). */
export const MAX_MESSAGE_BYTES = 262_144;

/** A message after AWS's checks. */
export function readMessage(entry: Entry, topic: Resource<Topic>, call: SnsCall): NewNotification {
  const { Message: message, Subject: subject, MessageStructure: structure } = entry;
  if (message === "") throw invalidParameter(call, "Empty message");
  if (messageBytes(entry) > MAX_MESSAGE_BYTES) throw invalidParameter(call, "Message too long");
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter(call, "Subject");
  if (structure !== undefined && structure !== "json") throw invalidParameter(call, "MessageStructure");
  const forProtocol = structure === "json" ? readStructure(message, call) : undefined;
  const attributes = readAttributes(entry.MessageAttributes, call);
  const order = isFifo(topic) ? fifoParts(entry, topic, call) : standardParts(entry, call);
  return {
    message: forProtocol?.default ?? message,
    ...(subject !== undefined && { subject }),
    ...(forProtocol !== undefined && { forProtocol }),
    attributes,
    ...order,
  };
}

/** Texts below 100 characters without line breaks or control characters, that begin with none of them (SNS API reference). */
const isSubject = (text: string): boolean =>
  text.length >= 1 && text.length <= 100 && /^[^\p{Cc}\u2028\u2029]*$/u.test(text);

/** What counts towards the limit: the message, and the attributes' names, types and values. */
export function messageBytes({ Message, MessageAttributes = {} }: Entry): number {
  return Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.length ?? 0),
    Buffer.byteLength(Message),
  );
}

/** A text for each protocol, and one for all others. What is no text is left out, as AWS does. */
function readStructure(message: string, call: SnsCall): Record<string, string> {
  const fault = (text: string) => invalidParameter(call, `Message Structure - ${text}`);
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw fault("JSON message body failed to parse");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw fault("JSON message body failed to parse");
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (!texts.some(([name]) => name === "default")) throw fault("No default entry in JSON message body");
  return Object.fromEntries(texts);
}

const TYPE = /^(String\.Array|String|Number|Binary)(\..+)?$/;
const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

function readAttributes(given: Entry["MessageAttributes"], call: SnsCall): Record<string, QueuedAttribute> {
  const refuse = (text: string) => call.error("InvalidParameterValueException", text);
  return Object.fromEntries(
    Object.entries(given ?? {}).map(([name, { DataType: type = "", StringValue, BinaryValue }]) => {
      if (!NAME.test(name) || name.length > 256) {
        throw refuse(
          `The message attribute name '${name.slice(0, 256)}' is invalid: it can contain up to 256 letters, digits, underscores, hyphens and single dots between them.`,
        );
      }
      if (type === "") throw refuse(`The message attribute '${name}' must contain non-empty message attribute type.`);
      const kind = TYPE.exec(type)?.[1];
      if (kind === undefined) {
        throw refuse(
          `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
        );
      }
      const value =
        kind === "Binary"
          ? BinaryValue === undefined
            ? ""
            : Buffer.from(BinaryValue).toString("base64")
          : (StringValue ?? "");
      if (value === "") {
        throw refuse(
          `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
        );
      }
      if (kind === "Number" && (value.trim() === "" || Number.isNaN(Number(value)))) {
        throw refuse(`Could not cast message attribute '${name}' value to number.`);
      }
      return [name, { dataType: type, value }];
    }),
  );
}

const ID = /^[\x21-\x7e]{1,128}$/;

function checkId(name: string, value: string | undefined, call: SnsCall): void {
  if (value !== undefined && !ID.test(value))
    throw invalidParameter(call, `${name} Reason: ${name} must be 1 to 128 alphanumeric and punctuation characters`);
}

/** Standard topics hand a group on to queues; they know no duplicates. */
function standardParts({ MessageGroupId, MessageDeduplicationId }: Entry, call: SnsCall) {
  if (MessageDeduplicationId !== undefined) {
    throw invalidParameter(
      call,
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  checkId("MessageGroupId", MessageGroupId, call);
  return MessageGroupId === undefined ? {} : { groupId: MessageGroupId };
}

function fifoParts({ MessageGroupId, MessageDeduplicationId, Message }: Entry, topic: Resource<Topic>, call: SnsCall) {
  if (MessageGroupId === undefined) {
    throw invalidParameter(call, "The MessageGroupId parameter is required for FIFO topics");
  }
  checkId("MessageGroupId", MessageGroupId, call);
  checkId("MessageDeduplicationId", MessageDeduplicationId, call);
  if (MessageDeduplicationId === undefined && topic.document.attributes.ContentBasedDeduplication !== "true") {
    throw invalidParameter(
      call,
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  const deduplicationId = MessageDeduplicationId ?? createHash("sha256").update(Message).digest("hex");
  return { groupId: MessageGroupId, deduplicationId };
}
