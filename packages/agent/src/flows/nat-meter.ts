import type { Connection } from "./connection.ts";
import type { Delta } from "./connection-deltas.ts";

/** The metrics of a NAT gateway under AWS's names (VPC user guide, "Monitor NAT gateways"), counts since the last reading. */
export interface NatReading {
  readonly BytesOutToDestination: number;
  readonly PacketsOutToDestination: number;
  readonly BytesInFromDestination: number;
  readonly PacketsInFromDestination: number;
  readonly BytesInFromSource: number;
  readonly PacketsInFromSource: number;
  readonly BytesOutToSource: number;
  readonly PacketsOutToSource: number;
  readonly ConnectionAttemptCount: number;
  readonly ConnectionEstablishedCount: number;
  readonly ActiveConnectionCount: number;
  readonly PacketsDropCount: number;
}

/**
 * Counts what a host translates for others: connections whose answers go to another address than they came from. The gateway neither
 * adds nor removes packets of a connection, so what comes in from one side goes out to the other. Two of AWS's metrics are not there,
 * as the kernel does not tell them: ErrorPortAllocation (such a packet is among the dropped) and IdleTimeoutCount.
 */
export class NatMeter {
  #out = { packets: 0, bytes: 0 };
  #back = { packets: 0, bytes: 0 };
  #attempts = 0;
  #established = 0;
  #dropped = 0;
  readonly #waiting = new Set<string>();

  take({ connection, original, reply, isNew }: Delta): void {
    if (!isTranslated(connection)) return;
    this.#out = { packets: this.#out.packets + original.packets, bytes: this.#out.bytes + original.bytes };
    this.#back = { packets: this.#back.packets + reply.packets, bytes: this.#back.bytes + reply.bytes };
    if (isNew) {
      this.#attempts++;
      if (this.#waiting.size < MAX_WAITING) this.#waiting.add(connection.key);
    }
    // An answer makes it one.
    if (connection.reply.packets > 0 && this.#waiting.delete(connection.key)) this.#established++;
  }

  /** Packets for others that the gateway's packet filter did not let through. */
  dropped(packets: number): void {
    this.#dropped += packets;
  }

  /** `active`: translated connections of TCP that there are now. */
  read(active: number): NatReading {
    const [out, back] = [this.#out, this.#back];
    const reading: NatReading = {
      BytesOutToDestination: out.bytes,
      PacketsOutToDestination: out.packets,
      BytesInFromDestination: back.bytes,
      PacketsInFromDestination: back.packets,
      BytesInFromSource: out.bytes,
      PacketsInFromSource: out.packets,
      BytesOutToSource: back.bytes,
      PacketsOutToSource: back.packets,
      ConnectionAttemptCount: this.#attempts,
      ConnectionEstablishedCount: this.#established,
      ActiveConnectionCount: active,
      PacketsDropCount: this.#dropped,
    };
    this.#out = { packets: 0, bytes: 0 };
    this.#back = { packets: 0, bytes: 0 };
    this.#attempts = 0;
    this.#established = 0;
    this.#dropped = 0;
    return reading;
  }
}

/** Answers go to another address than the connection came from. */
export const isTranslated = ({ original, reply }: Connection): boolean => reply.destination !== original.source;

/** Connections that nobody has answered yet. */
const MAX_WAITING = 100_000;
