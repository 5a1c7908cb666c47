import type { Delivery, Outcome } from "../../../platform/outbox/outbox.ts";
import { MANAGED_SCHEDULE, retryDelayMs } from "../../../platform/outbox/retry-schedule.ts";
import { type MessageQueues, NotQueued } from "../../../platform/queues/message-queues.ts";
import { deadLetterArn } from "../subscriptions/check-attributes.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import type { NotificationBody } from "./outgoing-message.ts";

/** How a delivery ends that can't be made: in the subscription's dead-letter queue, and in the list of those given up. */
export async function giveUp(
  queues: MessageQueues,
  delivery: Delivery,
  subscription: Subscription | undefined,
  body: NotificationBody | undefined,
  envelope: () => Promise<string>,
  error: { readonly code: string; readonly reason: string },
): Promise<Outcome> {
  const arn = deadLetterArn(subscription?.attributes.RedrivePolicy);
  if (arn === undefined || body === undefined) return { kind: "given up", reason: error.reason };
  const attribute = (value: string) => ({ dataType: "String", value });
  try {
    const message = {
      body: await envelope(),
      attributes: {
        RequestID: attribute(body.messageId),
        ErrorCode: attribute(error.code),
        ErrorMessage: attribute(error.reason.slice(0, 1_000) || "failed"),
      },
      ...(body.groupId !== undefined && { groupId: body.groupId }),
      ...(body.deduplicationId !== undefined && { deduplicationId: body.deduplicationId }),
    };
    await queues.send(arn, message, { service: "sns.amazonaws.com", sourceArn: body.topicArn });
    return { kind: "given up", reason: `${error.reason}; it is in the dead-letter queue ${arn}` };
  } catch (failure) {
    if (failure instanceof NotQueued && failure.final) {
      return { kind: "given up", reason: `${error.reason}; the dead-letter queue did not take it: ${failure.message}` };
    }
    // The queue can't be written now: the delivery is tried again, and then this.
    const reason = failure instanceof Error ? failure.message : String(failure);
    return { kind: "again", reason, delayMs: retryDelayMs(MANAGED_SCHEDULE, delivery.attempts + 1) ?? 20_000 };
  }
}
