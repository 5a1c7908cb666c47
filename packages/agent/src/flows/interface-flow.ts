import type { Counters, Tuple } from "./connection.ts";
import type { Delta } from "./connection-deltas.ts";
import type { HostNetwork } from "./host-network.ts";

/** Traffic in one direction over one interface. */
export interface InterfaceFlow extends Tuple, Counters {
  /** The interface's name on this host. */
  readonly device: string;
  readonly protocol: number;
  readonly direction: "ingress" | "egress";
  readonly action: "ACCEPT" | "REJECT";
  /** The addresses of the packets' ends, where a translation hides them. */
  readonly packetSource: string;
  readonly packetDestination: string;
}

/**
 * What a connection's packets are on the interfaces that they pass. One that ends here passes the interface of its local address; one that
 * is forwarded passes two, and on the second has the addresses that it was translated to. What stays within the host passes none.
 */
export function flowsOfConnection({ connection, original, reply }: Delta, network: HostNetwork): InterfaceFlow[] {
  const { protocol, original: there, reply: back } = connection;
  const flows: InterfaceFlow[] = [];
  const add = (
    device: string | undefined,
    direction: "ingress" | "egress",
    tuple: Tuple,
    counters: Counters,
    ends: { readonly from: string; readonly to: string },
  ) => {
    if (device === undefined || device === "lo" || counters.packets === 0) return;
    flows.push({
      device,
      protocol,
      direction,
      action: "ACCEPT",
      source: tuple.source,
      destination: tuple.destination,
      sourcePort: tuple.sourcePort,
      destinationPort: tuple.destinationPort,
      packets: counters.packets,
      bytes: counters.bytes,
      packetSource: ends.from,
      packetDestination: ends.to,
    });
  };
  // The true ends: who began, and who answers behind a translation of the destination.
  const client = there.source;
  const server = back.source;
  const to = { from: client, to: server };
  const from = { from: server, to: client };
  const clientIsHere = network.own(client) !== undefined;
  const serverIsHere = network.own(server) !== undefined;
  if (clientIsHere && serverIsHere) return [];
  if (clientIsHere) {
    const device = network.own(client);
    add(device, "egress", turned(back), original, to);
    add(device, "ingress", back, reply, from);
    return flows;
  }
  const inside = serverIsHere ? (network.own(there.destination) ?? network.own(server)) : network.towards(client);
  add(inside, "ingress", there, original, to);
  add(inside, "egress", turned(there), reply, from);
  if (!serverIsHere) {
    const outside = network.towards(server);
    // Routed back by the way that it came: on that interface the packets go twice.
    add(outside, "egress", turned(back), original, to);
    add(outside, "ingress", back, reply, from);
  }
  return flows;
}

/** Packets that the packet filter did not let through. They were not translated yet, or no more. */
export function flowsOfRejected(
  rejected: Tuple & Counters & { readonly protocol: number },
  network: HostNetwork,
): InterfaceFlow[] {
  const { source, destination } = rejected;
  const plain = { ...rejected, action: "REJECT", packetSource: source, packetDestination: destination } as const;
  const own = network.own(source);
  // Not let out.
  if (own !== undefined) return own === "lo" ? [] : [{ ...plain, device: own, direction: "egress" }];
  // Not let in, or not let through: either way it came in.
  const device = network.own(destination) ?? network.towards(source);
  return device === undefined || device === "lo" ? [] : [{ ...plain, device, direction: "ingress" }];
}

const turned = ({ source, destination, sourcePort, destinationPort }: Tuple): Tuple => ({
  source: destination,
  destination: source,
  sourcePort: destinationPort,
  destinationPort: sourcePort,
});
