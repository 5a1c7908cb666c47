import type { Payload } from "../forwarding/payload.ts";

/** Where events go. */
export interface Destination {
  /** Destinations with the same key are one: what fails at one fails at the other. */
  readonly key: string;
  /** As the metrics of AWS/Logs name it. */
  readonly type: "Lambda" | "SQS" | "OpenSearch";
  /** For messages to people, such as `SQS queue q`. */
  readonly description: string;
  /** Asks whether payloads would be taken. Rejects with NotForwarded. */
  probe(control: Payload, signal: AbortSignal): Promise<void>;
  /**
   * Hands over payloads, each of another stream. `done` is told of each that the destination has durably. Rejects with NotForwarded when any is
   * not taken; those that were not told of are sent again.
   */
  deliver(
    payloads: readonly Payload[],
    done: (payload: Payload, receipt: Receipt) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface Receipt {
  /** What was sent. */
  readonly bytes: number;
  /** Events that the destination will never take, and why. They are lost to it. */
  readonly refused: number;
  readonly reason?: string;
}

/** Why a destination did not take what it was sent. It is tried again. */
export class NotForwarded extends Error {
  override readonly name = "NotForwarded";
  /** It says that it is sent too much. */
  readonly throttled: boolean;

  constructor(message: string, options: { readonly throttled?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.throttled = options.throttled ?? false;
  }
}
