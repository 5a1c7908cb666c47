import { causeOf, changeDocument } from "../commit.ts";
import type { SqsDeps, SqsOperation } from "../operation.ts";
import { arnOfQueue, isFifo, type Queue, requireQueue } from "./queue.ts";
import { applyAttributes, DEFAULTS, numberOf } from "./queue-attributes.ts";

/** AWS allows one purge a minute (SQS API reference, PurgeQueue). */
const PURGE_PAUSE_MS = 60_000;
/** Deleted in steps, so that other calls get their turn in between. */
const REMOVED_AT_ONCE = 5_000;

export const setQueueAttributes: SqsOperation<"SetQueueAttributes"> = async (input, call, deps) => {
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => {
      const { ref } = requireQueue(deps, call, input.QueueUrl);
      const fifo = input.Attributes.FifoQueue;
      if (fifo !== undefined && fifo !== (document.attributes.FifoQueue ?? "false")) {
        throw call.error(
          "InvalidAttributeValue",
          "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
        );
      }
      const queue = { account: ref.account, region: ref.region, name: ref.key, attributes: document.attributes };
      const attributes = applyAttributes(deps.state, call, queue, input.Attributes);
      return { ...document, attributes, modifiedAt: deps.clock.now() };
    },
  );
  return {};
};

export const getQueueAttributes: SqsOperation<"GetQueueAttributes"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  const names: readonly string[] = input.AttributeNames ?? [];
  const all = describe(queue, deps);
  const unknown = names.find((name) => name !== "All" && !KNOWN.has(name));
  if (unknown !== undefined) throw call.error("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  const chosen = names.includes("All") ? Object.keys(all) : names;
  const Attributes = Object.fromEntries(
    chosen.flatMap((name) => {
      const value = all[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return Object.keys(Attributes).length === 0 ? {} : { Attributes };
};

const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULTS),
  ...["Policy", "RedrivePolicy", "RedriveAllowPolicy", "QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"],
  ...["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"],
  ...["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"],
  ...["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"],
]);

function describe(
  queue: ReturnType<typeof requireQueue>,
  { messages, clock }: SqsDeps,
): Record<string, string | undefined> {
  const { document } = queue;
  const now = clock.now();
  const seconds = (ms: number) => String(Math.floor(ms / 1_000));
  const { visible, inFlight, delayed } = messages.counts(
    document.queueId,
    now - numberOf(document, "MessageRetentionPeriod") * 1_000,
    now,
  );
  return {
    ...DEFAULTS,
    SqsManagedSseEnabled: "false",
    ...(isFifo(queue) && {
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    }),
    ...document.attributes,
    QueueArn: arnOfQueue(queue),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(document.createdAt),
    LastModifiedTimestamp: seconds(document.modifiedAt),
    // Not shown for standard queues, which AWS's clients take as false.
    FifoQueue: isFifo(queue) ? "true" : undefined,
  };
}

export const deleteQueue: SqsOperation<"DeleteQueue"> = async (input, call, deps) => {
  const queue = requireQueue(deps, call, input.QueueUrl);
  await deps.state.commit({ cause: causeOf(call), changes: [{ remove: queue.ref, expect: "any" }] });
  // Its messages are nobody's from now on; the clean-up job takes what a crash leaves here.
  await removeAll(deps, queue.document.queueId, deps.clock.now());
  return {};
};

export const purgeQueue: SqsOperation<"PurgeQueue"> = async (input, call, deps) => {
  const now = deps.clock.now();
  let queueId = 0;
  await changeDocument<Queue>(
    deps,
    call,
    () => requireQueue(deps, call, input.QueueUrl),
    (document) => {
      const { ref } = requireQueue(deps, call, input.QueueUrl);
      if (document.purgedAt !== undefined && now - document.purgedAt < PURGE_PAUSE_MS) {
        throw call.error(
          "PurgeQueueInProgress",
          `Only one PurgeQueue operation on ${ref.key} is allowed every 60 seconds.`,
        );
      }
      queueId = document.queueId;
      return { ...document, purgedAt: now };
    },
  );
  await removeAll(deps, queueId, now);
  return {};
};

/** Deletes every message of a queue that was sent until a time. */
export async function removeAll(
  { messages }: Pick<SqsDeps, "messages">,
  queueId: number,
  sentAt: number,
): Promise<void> {
  while ((await messages.removeUntil(queueId, sentAt, REMOVED_AT_ONCE)) === REMOVED_AT_ONCE);
}
