import type { Resource } from "../../../platform/state/state.ts";
import { invalidParameter, type SqsCall, type SqsDeps, type SqsOperation } from "../operation.ts";
import { isFifo, type Queue, requireQueue } from "../queues/queue.ts";
import { checkBatch, failedEntry } from "./batch.ts";
import { readHandle } from "./receipt-handle.ts";

async function remove(
  { messages, receivers, clock }: SqsDeps,
  call: SqsCall,
  queue: Resource<Queue>,
  handle: string,
): Promise<void> {
  const { queueId } = queue.document;
  const outcome = await messages.remove(queueId, isFifo(queue), readHandle(handle, queue, call), clock.now());
  if (outcome === "expired") {
    throw invalidParameter(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  }
  // The next message of its group can be received now.
  if (isFifo(queue)) receivers.wake(queueId);
}

export const deleteMessage: SqsOperation<"DeleteMessage"> = async (input, call, deps) => {
  await remove(deps, call, requireQueue(deps, call, input.QueueUrl), input.ReceiptHandle);
  return {};
};

async function changeVisibility(
  { messages, receivers, clock }: SqsDeps,
  call: SqsCall,
  queue: Resource<Queue>,
  {
    ReceiptHandle: handle,
    VisibilityTimeout: seconds = 0,
  }: { ReceiptHandle: string; VisibilityTimeout?: number | undefined },
): Promise<void> {
  if (seconds < 0 || seconds > 43_200) {
    throw invalidParameter(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200.`,
    );
  }
  const { queueId } = queue.document;
  const outcome = await messages.changeVisibility(
    queueId,
    readHandle(handle, queue, call),
    seconds * 1_000,
    clock.now(),
  );
  if (outcome === "missing") {
    throw invalidParameter(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  if (outcome === "not in flight") throw call.error("MessageNotInflight", "The specified message isn't in flight.");
  // Those that wait have to look when it turns up now.
  receivers.wake(queueId);
}

export const changeMessageVisibility: SqsOperation<"ChangeMessageVisibility"> = async (input, call, deps) => {
  await changeVisibility(deps, call, requireQueue(deps, call, input.QueueUrl), input);
  return {};
};

/** Runs `action` for each entry; what is refused is answered with its entry. */
async function forEach<T extends { readonly Id: string }>(entries: readonly T[], action: (entry: T) => Promise<void>) {
  const results = await Promise.all(
    entries.map(async (entry) => {
      try {
        await action(entry);
        return undefined;
      } catch (error) {
        return failedEntry(entry.Id, error);
      }
    }),
  );
  return {
    Successful: entries.filter((_, at) => results[at] === undefined).map(({ Id }) => ({ Id })),
    Failed: results.filter((failed) => failed !== undefined),
  };
}

export const deleteMessageBatch: SqsOperation<"DeleteMessageBatch"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  checkBatch(input.Entries, call, "DeleteMessageBatchRequestEntry");
  return forEach(input.Entries, (entry) => remove(deps, call, queue, entry.ReceiptHandle));
};

export const changeMessageVisibilityBatch: SqsOperation<"ChangeMessageVisibilityBatch"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  checkBatch(input.Entries, call, "ChangeMessageVisibilityBatchRequestEntry");
  return forEach(input.Entries, (entry) => changeVisibility(deps, call, queue, entry));
};
