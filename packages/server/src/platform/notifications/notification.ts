/**
 * What is told to people and programs about one event, such as an alarm's change of state, and the port to whoever can tell
 * it: a topic, a function. A service that has something to tell imports this, and so does a service that can tell; they know
 * nothing of each other.
 */

/** Plain JSON: notifications wait in the outbox. */
export interface Notification {
  /** The same at every attempt to deliver it, and of no other. A target may use it to drop a second delivery. */
  readonly id: string;
  /** Whose it is, and where it happened. */
  readonly account: string;
  readonly region: string;
  /** The service that tells, as a principal, such as `cloudwatch.amazonaws.com`: a topic's policy can allow it. */
  readonly principal: string;
  /** The resource that it is about, such as an alarm's ARN. */
  readonly sourceArn: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** At most 100 characters. */
  readonly subject: string;
  /** What programs get: a JSON document. */
  readonly message: string;
  /** What a person gets in a mail, in place of `message`. */
  readonly mail: string;
  /** What a telephone gets, in place of `message`; at most 140 characters or so. */
  readonly sms?: string;
  /** What a function is invoked with. */
  readonly event: object;
  /**
   * A graph that the mail carries: the text of a MetricWidget, as GetMetricWidgetImage takes it. It is drawn when the mail is
   * sent. A mail whose graph can't be drawn goes without it.
   */
  readonly graph?: string;
}

/** One kind of target, such as topics. */
export interface NotificationTarget {
  /** For messages to people: `SNS topic`, `Lambda function`. */
  readonly name: string;
  /** Whether the ARN is of this kind, by its form alone. */
  takes(arn: string): boolean;
  /**
   * Resolves when the target has the notification durably: from then on it is the target's duty. Rejects with
   * `NotDelivered` otherwise. It may be called again with a notification that it already has.
   */
  deliver(arn: string, notification: Notification, signal: AbortSignal): Promise<void>;
}

/** Why a target did not take a notification. Any other error counts as one that may pass. */
export class NotDelivered extends Error {
  override readonly name = "NotDelivered";
  /** Trying again is of no use: there is no such topic, or its policy forbids it. */
  readonly final: boolean;

  /** The message is shown in the alarm's history: a sentence that says what is wrong. */
  constructor(message: string, options: { readonly final: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.final = options.final;
  }
}

/** Every kind of target that this server has. */
export interface NotificationTargets {
  /** Services add theirs when they start. Two targets must not take the same ARN; the first one wins. */
  add(target: NotificationTarget): void;
  /** Undefined when nothing here takes such an ARN: an operation should refuse it then. */
  of(arn: string): NotificationTarget | undefined;
  /** The names of all kinds, for such a refusal. */
  readonly names: readonly string[];
}

export function notificationTargets(): NotificationTargets {
  const targets: NotificationTarget[] = [];
  return {
    add: (target) => {
      targets.push(target);
    },
    of: (arn) => targets.find((target) => target.takes(arn)),
    get names() {
      return targets.map(({ name }) => name);
    },
  };
}
