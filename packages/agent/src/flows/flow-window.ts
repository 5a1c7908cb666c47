import type { InterfaceFlow } from "./interface-flow.ts";

/** A flow of an interval, as the server takes it. Times in seconds since the epoch. */
export interface WindowFlow {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  packets: number;
  bytes: number;
  start: number;
  end: number;
  readonly action: "ACCEPT" | "REJECT";
  readonly direction: "ingress" | "egress";
  readonly packetSource: string;
  readonly packetDestination: string;
}

/** Flows of all interfaces in one interval. Past it further ones are left out, and the interval is told to have lost some. */
const MAX_FLOWS = 200_000;

/** Sums up the flows of an aggregation interval by interface. */
export class FlowWindow {
  readonly #flows = new Map<string, Map<string, WindowFlow>>();
  #count = 0;
  /** Some flows are missing. */
  skipped = false;

  add(flow: InterfaceFlow, time: { readonly start: number; readonly end: number }): void {
    const { device, source, destination, sourcePort, destinationPort, protocol, direction, action } = flow;
    const ofDevice = this.#flows.get(device) ?? new Map<string, WindowFlow>();
    this.#flows.set(device, ofDevice);
    const key = `${source} ${sourcePort} ${destination} ${destinationPort} ${protocol} ${direction} ${action}`;
    const known = ofDevice.get(key);
    if (known !== undefined) {
      known.packets += flow.packets;
      known.bytes += flow.bytes;
      known.start = Math.min(known.start, time.start);
      known.end = Math.max(known.end, time.end);
    } else if (this.#count >= MAX_FLOWS) this.skipped = true;
    else {
      this.#count++;
      const { packets, bytes, packetSource, packetDestination } = flow;
      ofDevice.set(key, {
        source,
        destination,
        sourcePort,
        destinationPort,
        protocol,
        packets,
        bytes,
        ...time,
        action,
        direction,
        packetSource,
        packetDestination,
      });
    }
  }

  ofDevice(device: string): WindowFlow[] {
    return [...(this.#flows.get(device)?.values() ?? [])];
  }
}
