/**
 * Deliveries to the outside (mails, webhooks, queues): kept durably until they are made, tried again with back-off, at least
 * once. A message is stored once, with a delivery for each of its targets.
 */

/** Plain JSON. */
export interface OutgoingMessage {
  /** A message whose id is known already is not taken a second time, so `put` can be repeated after a crash. */
  readonly id: string;
  readonly body: object;
  readonly deliveries: readonly NewDelivery[];
}

export interface NewDelivery {
  /** Which carrier takes it. */
  readonly kind: string;
  /**
   * Deliveries of one lane share its attempts and its order, and no lane waits for another: one for each target, so that a
   * slow one holds up nobody else. Its second word is an ARN of whose account the deliveries are: `sns arn:aws:sns:…`.
   */
  readonly lane: string;
  /** The next delivery of the lane waits until this one was made or given up. */
  readonly ordered?: boolean;
  /** What the carrier needs beside the message. */
  readonly target: object;
  /** Milliseconds since the epoch; at once when absent. */
  readonly dueAt?: number;
}

/** One delivery under way. `body` and `target` are what `put` was given. */
export interface Delivery {
  readonly id: number;
  readonly messageId: string;
  readonly body: unknown;
  readonly target: unknown;
  readonly lane: string;
  /** Failed tries so far. */
  readonly attempts: number;
}

export type Outcome =
  | { readonly kind: "delivered" }
  /** It failed; try again after the delay. */
  | { readonly kind: "again"; readonly reason: string; readonly delayMs: number }
  /** It was not tried; it is no failure. */
  | { readonly kind: "later"; readonly delayMs: number }
  /** It will never succeed, or was tried often enough. It is kept for people to see. */
  | { readonly kind: "given up"; readonly reason: string };

/** Makes deliveries of one kind. May be called for many deliveries at once; `signal` aborts when the server closes. */
export interface Carrier {
  /** A throw counts as a fault of ours: it is logged, and the delivery is tried again. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
}

/** For people: a delivery that waits or was given up. */
export interface DeliveryRecord {
  readonly id: number;
  readonly messageId: string;
  readonly kind: string;
  readonly lane: string;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly dueAt: number;
  readonly givenUpAt: number | undefined;
  readonly lastError: string | undefined;
}

export interface Outbox {
  /** Says who carries a kind, and how many of its deliveries may be under way at once. Before `start`. */
  carrier(kind: string, carrier: Carrier, atOnce: number): void;
  /**
   * Resolves when the message and its deliveries are on disk. Rejects with `OutboxFull`, having kept nothing, when too many
   * deliveries wait. A delivery to a lane in which too many wait is given up at once. `alongside` writes to the outbox's file in the same
   * transaction, also when the message is known already or has no deliveries.
   */
  put(message: OutgoingMessage, alongside?: () => void): Promise<void>;
  /** Begins to deliver, what an earlier process left first. */
  start(): void;
  /** Deliveries that wait, soonest first, and those given up, newest first; of one account where one is named. */
  waiting(limit: number, account?: string): DeliveryRecord[];
  givenUp(limit: number, account?: string): DeliveryRecord[];
  counts(): { readonly waiting: number; readonly givenUp: number };
  /** Starts no more deliveries, aborts those under way and waits for them. They are made after the next start. */
  close(): Promise<void>;
}

/** So many deliveries wait that no more are taken. */
export class OutboxFull extends Error {
  override readonly name = "OutboxFull";
}
