import type { HostResource } from "./host.ts";

/** A flow as a host's recorder saw it in one interval. Numbers are exact; times in seconds since the epoch. */
export interface Flow {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IANA's number: 6 TCP, 17 UDP, 1 ICMP. */
  readonly protocol: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
  readonly action: "ACCEPT" | "REJECT";
  readonly direction: "ingress" | "egress";
  /** The addresses of the packets themselves where the flow's are those of an intermediate layer, such as a NAT gateway's. */
  readonly packetSource: string;
  readonly packetDestination: string;
  /** TCP flags seen, or'ed together; undefined when the host does not know. */
  readonly tcpFlags: number | undefined;
}

/** All that one interface saw in one aggregation interval. */
export interface FlowBatch {
  /** The same when the host sends it again. */
  readonly id: string;
  readonly interfaceId: string;
  /** Seconds of the aggregation interval: 60 or 600. */
  readonly interval: number;
  /** Of the interval, in seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly flows: readonly Flow[];
  /** Some flows were lost on the host: a SKIPDATA record says so. */
  readonly skipped: boolean;
  /** An interval of very many flows comes in parts; all but the first are continued. */
  readonly continued: boolean;
  /** What flows of other parts met with. */
  readonly elsewhere: readonly Flow["action"][];
}

/** Where batches go once it is known which host sent them. Rejects when they are not durable: the host sends them again. */
export interface FlowRecordSink {
  /** Called once, by the service that keeps flow logs. */
  deliverBy(deliver: (host: HostResource, batches: readonly FlowBatch[]) => Promise<void>): void;
  deliver(host: HostResource, batches: readonly FlowBatch[]): Promise<void>;
}

export function flowRecordSink(): FlowRecordSink {
  let deliver: ((host: HostResource, batches: readonly FlowBatch[]) => Promise<void>) | undefined;
  return {
    deliverBy(given) {
      deliver = given;
    },
    async deliver(host, batches) {
      if (deliver === undefined) throw new Error("no service takes flow records");
      await deliver(host, batches);
    },
  };
}
