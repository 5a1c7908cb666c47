import ipaddr from "ipaddr.js";

/** A range of addresses in its plain form, such as `10.0.0.0/24`. */
export interface Cidr {
  readonly text: string;
  readonly prefix: number;
  readonly version: 4 | 6;
}

/** The range that an address with its prefix stands in; undefined for what is no address. */
export function networkOf(address: string, prefix: number): Cidr | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  const version = ipaddr.parse(address).kind() === "ipv4" ? 4 : 6;
  if (prefix < 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  const text = `${address}/${prefix}`;
  const base = version === 4 ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  return { text: `${base.toString()}/${prefix}`, prefix, version };
}

/** Reads `10.0.0.0/24`. The address must be the range's first, as EC2 wants it. */
export function readCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const found = match === null ? undefined : networkOf(match[1] ?? "", Number(match[2]));
  return found?.text === text.toLowerCase() ? found : undefined;
}

export function contains(cidr: string, address: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(cidr);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === range.kind() && parsed.match(range, bits);
}

/** One is in the other, or they are the same. */
export function overlap(a: string, b: string): boolean {
  const base = (text: string) => text.slice(0, text.indexOf("/"));
  return contains(a, base(b)) || contains(b, base(a));
}

/** `outer` holds all of `inner`. */
export const holds = (outer: Cidr, inner: Cidr): boolean =>
  outer.prefix <= inner.prefix && contains(outer.text, inner.text.slice(0, inner.text.indexOf("/")));
