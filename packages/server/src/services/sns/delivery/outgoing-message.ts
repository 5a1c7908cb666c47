import type { QueuedAttribute } from "../../../platform/queues/message-queues.ts";

/** What waits in the outbox, once for all subscriptions that get it. */
export type OutgoingBody = NotificationBody | ConfirmationBody;

export interface NotificationBody {
  readonly type: "Notification";
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  /** What every protocol gets that `forProtocol` does not name. */
  readonly message: string;
  readonly forProtocol?: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
  /** When it was published, in milliseconds since the epoch. */
  readonly at: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** A graph for the mail: the text of a MetricWidget. */
  readonly graph?: string;
}

export interface ConfirmationBody {
  readonly type: "SubscriptionConfirmation" | "UnsubscribeConfirmation";
  readonly messageId: string;
  readonly topicArn: string;
  /** Confirms the subscription, the second time too. */
  readonly token: string;
  readonly at: number;
}

/** To whom. What else it takes stands in the subscription, which is read when the delivery is made. */
export interface OutgoingTarget {
  readonly subscription: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export const messageFor = (body: NotificationBody, protocol: string): string =>
  body.forProtocol !== undefined && Object.hasOwn(body.forProtocol, protocol)
    ? (body.forProtocol[protocol] ?? "")
    : body.message;
