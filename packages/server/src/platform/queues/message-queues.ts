/**
 * The port by which services put messages into queues: topics deliver through it, and dead letters go where it leads. A service
 * that has queues implements it; those that use it know nothing of that service.
 */

/** Plain JSON: messages for queues wait in the outbox. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, QueuedAttribute>>;
  /** FIFO queues need one; standard queues may have one (fair queues). */
  readonly groupId?: string;
  /** FIFO queues only. */
  readonly deduplicationId?: string;
}

export interface QueuedAttribute {
  /** `String`, `Number`, `Binary`, or one of these with a custom part behind a dot. */
  readonly dataType: string;
  /** The value; of a Binary one in base64. */
  readonly value: string;
}

/** The service that sends, as policies name it (`sns.amazonaws.com`), and the resource for which it does, such as a topic's ARN. */
export interface QueueSender {
  readonly service: string;
  readonly sourceArn: string;
  /** Whose that is, where its ARN does not say so. */
  readonly sourceAccount?: string;
}

export interface MessageQueues {
  /** Whether the ARN is of this kind, by its form alone. */
  takes(arn: string): boolean;
  /** Undefined when there is no such queue. */
  find(arn: string): { readonly fifo: boolean } | undefined;
  /** Resolves when the message is on disk in the queue. Rejects with `NotQueued`, also when the queue's policy keeps the sender out. */
  send(arn: string, message: QueuedMessage, sender: QueueSender): Promise<void>;
}

/** Why a queue did not take a message. Any other error counts as one that may pass. */
export class NotQueued extends Error {
  override readonly name = "NotQueued";
  /** Trying again is of no use: there is no such queue, or it takes no such message. */
  readonly final: boolean;

  constructor(message: string, options: { readonly final: boolean }) {
    super(message);
    this.final = options.final;
  }
}
