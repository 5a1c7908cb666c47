import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Which addresses requests to the outside may reach. */
export interface TargetRules {
  /** Why a connection to this address and port is refused, or undefined when it may be made. */
  refusal(address: string, port: number): string | undefined;
}

export interface TargetRulesOptions {
  /** Ranges that may be reached although they are not public, such as `10.0.0.0/8` or `::1/128`. */
  readonly allow: readonly string[];
  /** The port that this server itself listens on, once it does. It is never reached, whatever is allowed. */
  readonly ownPort: () => number | undefined;
}

/** A range in CIDR form, or a single address. Undefined when the text is neither. */
export function parseRange(text: string): Range | undefined {
  try {
    if (text.includes("/")) {
      const [address, bits] = ipaddr.parseCIDR(text);
      return plain(address, bits);
    }
    const address = ipaddr.parse(text);
    return plain(address, address.kind() === "ipv4" ? 32 : 128);
  } catch {
    return undefined;
  }
}

/** An IPv4 address inside an IPv6 one (`::ffff:a.b.c.d`) is that IPv4 address: the kernel connects to it. */
function plain(address: Address, bits: number): Range {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96
    ? [address.toIPv4Address(), bits - 96]
    : [address, bits];
}

/**
 * Only public unicast addresses, unless the settings allow more: what ipaddr.js knows as any special range (loopback, private,
 * link-local and with it the clouds' metadata addresses, carrier-grade NAT, multicast, reserved, tunnels of IPv4 inside IPv6 …) is refused.
 */
export function targetRules({ allow, ownPort }: TargetRulesOptions): TargetRules {
  const allowed = allow.map((text) => {
    const range = parseRange(text);
    if (range === undefined) throw new Error(`not a range of addresses: ${text}`);
    return range;
  });
  const inRange = (address: Address, [network, bits]: Range) =>
    address.kind() === network.kind() && address.match(network, bits);

  return {
    refusal(text, port) {
      if (!ipaddr.isValid(text)) return `${text} is no address`;
      const [address] = plain(ipaddr.parse(text), 128);
      if (port === ownPort() && isOfThisMachine(address)) return "it is this server's own address";
      if (allowed.some((range) => inRange(address, range))) return undefined;
      const kind = address.range();
      // A zone (fe80::1%eth0) only makes sense on the machine's own links.
      if (kind === "unicast" && !text.includes("%")) return undefined;
      return `${address.toString()} is not a public address (${kind}); NEPHOSCOPE_ALLOW_PRIVATE_TARGETS can allow it`;
    },
  };
}

function isOfThisMachine(address: Address): boolean {
  if (address.range() === "loopback" || address.range() === "unspecified") return true;
  const own = Object.values(networkInterfaces()).flatMap((interfaces) => interfaces ?? []);
  return own.some((entry) => ipaddr.parse(entry.address).toNormalizedString() === address.toNormalizedString());
}
