import { WireFailure } from "@nephoscope/wire";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import { OutboxFull } from "../../../platform/outbox/outbox.ts";
import { StorageFull } from "../../../platform/sqlite/durable-tables.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, type SnsCall, type SnsDeps, type SnsOperation } from "../operation.ts";
import { requireTopic, type Topic } from "../topics/topic.ts";
import { MAX_MESSAGE_BYTES, messageBytes, readMessage } from "./message.ts";
import type { NewNotification } from "./publisher.ts";

/** Most entries of a batch (SNS API reference, PublishBatch). */
const MAX_ENTRIES = 10;

export const publish: SnsOperation<"Publish"> = async (input, call, deps) => {
  if (input.PhoneNumber !== undefined) {
    throw invalidParameter(call, "PhoneNumber Reason: Nephoscope has no way to telephones; publish to a topic");
  }
  const arn = input.TopicArn ?? input.TargetArn;
  if (arn === undefined) throw invalidParameter(call, "TopicArn or TargetArn Reason: no value for required parameter");
  const topic = requireTopic(deps, call, arn, input.TopicArn === undefined ? "TargetArn" : "TopicArn");
  return answer(await send(deps, call, topic, readMessage(input, topic, call)));
};

const answer = ({ messageId, sequenceNumber }: { messageId: string; sequenceNumber: string | undefined }) => ({
  MessageId: messageId,
  ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
});

/** SNS's names of why a topic's key can't be used (SNS API reference, Publish). */
const KEY_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDenied",
  NotFoundException: "KMSNotFound",
  DisabledException: "KMSDisabled",
};

async function send({ publisher }: SnsDeps, call: SnsCall, topic: Resource<Topic>, message: NewNotification) {
  try {
    return await publisher.publish(topic, message, call);
  } catch (error) {
    if (error instanceof KeyRefused) throw new WireFailure(KEY_ERRORS[error.code] ?? "KMSInvalidState", error.message);
    if (!(error instanceof OutboxFull || error instanceof StorageFull)) throw error;
    throw call.error("ThrottledException", `Rate exceeded: ${error.message}. See what waits with: nephoscope outbox`);
  }
}

export const publishBatch: SnsOperation<"PublishBatch"> = async (input, call, deps) => {
  const entries = input.PublishBatchRequestEntries;
  const topic = requireTopic(deps, call, input.TopicArn);
  if (entries.length === 0)
    throw call.error("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES) {
    throw call.error(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    );
  }
  if (entries.some(({ Id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(Id))) {
    throw call.error(
      "InvalidBatchEntryIdException",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw call.error("BatchEntryIdsNotDistinctException", "Two or more batch entries in the request have the same Id.");
  }
  if (entries.reduce((sum, entry) => sum + messageBytes(entry), 0) > MAX_MESSAGE_BYTES) {
    throw call.error(
      "BatchRequestTooLongException",
      "The length of all the batch messages put together is more than the limit.",
    );
  }
  const Successful = [];
  const Failed = [];
  // One after the other: a FIFO topic's messages keep the order of the batch.
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...answer(await send(deps, call, topic, readMessage(entry, topic, call))) });
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      const code = error.code.replace(/Exception$/, "");
      Failed.push({ Id: entry.Id, Code: code, Message: error.message, SenderFault: error.fault === "client" });
    }
  }
  return { Successful, Failed };
};
