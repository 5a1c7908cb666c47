import { join } from "node:path";
import { type Service, WireFailure } from "@nephoscope/wire";
import { actsOfServices, type ServiceAct } from "../../platform/access/acts-of-services.ts";
import { type Authority, servicePrincipal } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import { type MessageQueues, NotQueued } from "../../platform/queues/message-queues.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import { openDurableTables } from "../../platform/sqlite/durable-tables.ts";
import type { State } from "../../platform/state/state.ts";
import { MESSAGES_SCHEMA, openMessageStore } from "./messages/message-store.ts";
import { sealedBodies } from "./messages/sealed-body.ts";
import { INVALID, store } from "./messages/send-message.ts";
import { waitingReceivers } from "./messages/waiting-receivers.ts";
import type { SqsDeps } from "./operation.ts";
import { removeAll } from "./queues/change-queue.ts";
import { findQueueByArn, isFifo, parseQueueArn, QUEUE_KIND, type Queue } from "./queues/queue.ts";
import { numberOf } from "./queues/queue-attributes.ts";
import { sqsService } from "./service.ts";

export interface SqsParts {
  readonly data: string;
  readonly state: State;
  readonly authority: Authority;
  readonly keys: Keys;
  readonly box: SecretBox;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/** The messages of all queues together. A sender is told when it is reached. */
const MAX_BYTES = 16 * 1_073_741_824;
/** Expired messages are not shown; their room is free within this. */
const CLEAN_UP_MS = 60_000;
const PAGE = 1_000;

/** SQS with its clean-up, and the port by which other services send to its queues. */
export function startSqs(parts: SqsParts): { service: Service; queues: MessageQueues; close(): void } {
  const { data, state, authority, keys, box, jobs, clock, publicUrl } = parts;
  const tables = openDurableTables({
    file: join(data, "queues.db"),
    schema: MESSAGES_SCHEMA,
    version: 1,
    maxBytes: MAX_BYTES,
  });
  const deps: SqsDeps = {
    state,
    messages: openMessageStore(tables),
    receivers: waitingReceivers(clock),
    bodies: sealedBodies({ keys, box }),
    clock,
    publicUrl,
  };
  jobs.every("sqs-clean-up", CLEAN_UP_MS, async (signal) => {
    await cleanUp(deps, signal);
    await tables.shrink();
  });
  return {
    service: sqsService(deps),
    queues: messageQueues(deps, actsOfServices(authority)),
    close: () => tables.close(),
  };
}

/** Deletes expired messages and those of deleted queues, and forgets what was sent long enough ago. */
async function cleanUp(deps: SqsDeps, signal: AbortSignal): Promise<void> {
  const { state, messages, clock } = deps;
  const now = clock.now();
  const retention = new Map<number, number>();
  for (let page = state.scan<Queue>(QUEUE_KIND, undefined, PAGE); page.length > 0; ) {
    for (const { document } of page)
      retention.set(document.queueId, numberOf(document, "MessageRetentionPeriod") * 1_000);
    page = page.length < PAGE ? [] : state.scan<Queue>(QUEUE_KIND, page.at(-1)?.ref, PAGE);
  }
  for (const queueId of messages.queuesWithMessages()) {
    if (signal.aborted) return;
    const kept = retention.get(queueId);
    await removeAll(deps, queueId, kept === undefined ? now : now - kept);
  }
  await messages.forgetDuplicates(now);
}

function messageQueues(deps: SqsDeps, mayAct: (act: ServiceAct) => boolean): MessageQueues {
  const find = (arn: string) => findQueueByArn(deps.state, arn);
  return {
    takes: (arn) => parseQueueArn(arn) !== undefined,
    find(arn) {
      const queue = find(arn);
      return queue === undefined ? undefined : { fifo: isFifo(queue) };
    },
    async send(arn, { body, attributes = {}, groupId, deduplicationId }, sender) {
      const queue = find(arn);
      if (queue === undefined) throw new NotQueued(`the queue ${arn} does not exist`, { final: true });
      const owner = queue.ref.account;
      const policy = queue.document.attributes.Policy;
      if (!mayAct({ ...sender, action: "sqs:SendMessage", resource: arn, owner, policy })) {
        throw new NotQueued(`the policy of ${arn} does not allow ${sender.service} to send for ${sender.sourceArn}`, {
          final: true,
        });
      }
      const most = numberOf(queue.document, "MaximumMessageSize");
      if (Buffer.byteLength(body) > most)
        throw new NotQueued(`the message is longer than the ${most} bytes of ${arn}`, { final: true });
      const fifo = isFifo(queue);
      if (fifo && (groupId === undefined || deduplicationId === undefined)) {
        throw new NotQueued(`${arn} is a FIFO queue and needs a group and a deduplication id`, { final: true });
      }
      const scope = queue.document.attributes.DeduplicationScope === "messageGroup" ? (groupId ?? "") : "";
      if (INVALID.test(body)) {
        throw new NotQueued("the message holds characters that queues do not take", { final: true });
      }
      const stored = store(deps, undefined, { principal: servicePrincipal(sender.service), account: owner }, queue, [
        {
          body,
          attributes,
          traceHeader: undefined,
          sender: "AIDAISSUANCESNSSERVICE",
          delayMs: numberOf(queue.document, "DelaySeconds") * 1_000,
          groupId,
          deduplication: fifo && deduplicationId !== undefined ? { id: deduplicationId, scope } : undefined,
        },
      ]);
      await stored.catch((error: unknown) => {
        if (!(error instanceof WireFailure)) throw error;
        // A key that is disabled may be enabled again; a right that is missing is somebody's decision.
        const final = error.code === "KmsAccessDenied" || error.code === "KmsNotFound";
        throw new NotQueued(`the key of ${arn} can't be used: ${error.message}`, { final });
      });
    },
  };
}
