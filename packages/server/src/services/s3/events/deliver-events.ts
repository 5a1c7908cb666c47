import type { FunctionRunner } from "../../../platform/functions/functions.ts";
import { NotInvoked } from "../../../platform/functions/functions.ts";
import { NotDelivered, type NotificationTargets } from "../../../platform/notifications/notification.ts";
import type { Carrier, Delivery, Outcome } from "../../../platform/outbox/outbox.ts";
import { type MessageQueues, NotQueued } from "../../../platform/queues/message-queues.ts";
import type { EventBody } from "./events.ts";

/** Whom events can be told to. */
export interface EventTargets {
  readonly topics: NotificationTargets;
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
}

/** What a target is told and by whom, as its policy sees it. */
const PRINCIPAL = "s3.amazonaws.com";
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;
/** About a day; a target that was away for longer is not coming back soon. */
const MOST_ATTEMPTS = 300;

/** Only this folder writes deliveries of this kind. */
const bodyOf = ({ body }: Delivery) => body as EventBody;
const arnOf = ({ target }: Delivery) => (target as { readonly arn: string }).arn;

export const isKnownTarget = ({ topics, queues, runner }: EventTargets, arn: string): boolean =>
  queues.takes(arn)
    ? queues.find(arn) !== undefined
    : topics.of(arn) !== undefined || runner.functions?.takes(arn) === true;

export function eventCarrier({ topics, queues, runner }: EventTargets): Carrier {
  const hand = async (arn: string, body: EventBody, signal: AbortSignal): Promise<void> => {
    const { id, account, region, bucketArn, at, message } = body;
    const text = JSON.stringify(message);
    if (queues.takes(arn)) {
      await queues.send(arn, { body: text }, { service: PRINCIPAL, sourceArn: bucketArn, sourceAccount: account });
      return;
    }
    if (runner.functions?.takes(arn)) {
      await runner.functions.invoke(arn, message, signal);
      return;
    }
    const target = topics.of(arn);
    if (!target) throw new NotDelivered("This server has no such kind of target.", { final: false });
    await target.deliver(
      arn,
      {
        id,
        account,
        region,
        principal: PRINCIPAL,
        sourceArn: bucketArn,
        at,
        subject: "Amazon S3 Notification",
        message: text,
        mail: text,
        event: message,
      },
      signal,
    );
  };

  return {
    async deliver(delivery, signal): Promise<Outcome> {
      try {
        await hand(arnOf(delivery), bodyOf(delivery), signal);
        return { kind: "delivered" };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const known = error instanceof NotDelivered || error instanceof NotQueued || error instanceof NotInvoked;
        if ((known && error.final) || delivery.attempts + 1 >= MOST_ATTEMPTS) return { kind: "given up", reason };
        return {
          kind: "again",
          reason,
          delayMs: Math.min(FIRST_PAUSE_MS * 2 ** Math.min(delivery.attempts, 20), LONGEST_PAUSE_MS),
        };
      }
    },
  };
}
