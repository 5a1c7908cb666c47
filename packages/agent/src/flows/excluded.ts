import type { InterfaceFlow } from "./interface-flow.ts";

/**
 * What flow logs do not show (VPC user guide, "Flow log limitations"). Traffic to the provider's DNS server is AWS's own
 * resolver; to any other it is shown.
 */
const METADATA = new Set(["169.254.169.254", "fd00:ec2::254"]);
const TIME = new Set(["169.254.169.123", "fd00:ec2::123"]);
const RESOLVER = new Set(["169.254.169.253", "fd00:ec2::253"]);
const LICENCES = new Set(["169.254.169.250", "169.254.169.251", "fd00:ec2::250", "fd00:ec2::251"]);
const UDP = 17;
/** DHCP's ports, of IPv4 and of IPv6. */
const DHCP = new Set([67, 68, 546, 547]);
const PROVIDERS = [METADATA, TIME, RESOLVER, LICENCES];

export function isExcluded(
  { source, destination, protocol, sourcePort, destinationPort }: InterfaceFlow,
  routers: ReadonlySet<string>,
): boolean {
  if (PROVIDERS.some((some) => some.has(source) || some.has(destination))) return true;
  if (protocol === UDP && DHCP.has(sourcePort) && DHCP.has(destinationPort)) return true;
  return routers.has(source) || routers.has(destination);
}
