import type { ScalarFunction } from "./function.ts";
import { asText, boolean, MISSING, number } from "./sql-value.ts";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const V4_SUBNET = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:3[0-2]|[12]?[0-9])$`);

function isV6Subnet(value: string): boolean {
  const match = /^([0-9A-Fa-f:]{2,39})\/(\d{1,3})$/.exec(value);
  if (match?.[1] === undefined || Number(match[2]) > 128) return false;
  const halves = match[1].split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const wellFormed = groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group));
  return wellFormed && (halves.length === 2 ? groups.length <= 7 : groups.length === 8);
}

/** Whether the text is a range of addresses in CIDR notation. */
export function isSubnet(value: string): boolean {
  return V4_SUBNET.test(value) || isV6Subnet(value);
}

function validity(name: string, sql: (address: string) => string): ScalarFunction {
  return {
    name,
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => boolean(`ifNull(${sql(asText(subject ?? MISSING))}, 0)`),
  };
}

/** Whether the address is of the given family and inside the subnet; the engine's test throws on other text, hence the guard. */
function inSubnet(name: string, accepts: (subnet: string) => boolean, example: string): ScalarFunction {
  return {
    name,
    minimum: 2,
    maximum: 2,
    literalAt: [1],
    check: ([, subnet]) =>
      typeof subnet === "string" && accepts(subnet)
        ? undefined
        : `${name} takes a subnet such as "${example}" as its second argument`,
    compile: ([subject, subnet]) => {
      const address = asText(subject ?? MISSING);
      const range = subnet ?? MISSING;
      return boolean(within(address, String(range.constant).includes(":"), asText(range)));
    },
  };
}

function within(address: string, v6: boolean, range: string): string {
  const valid = v6 ? `isIPv6String(${address})` : `isIPv4String(${address})`;
  const harmless = v6 ? "'::'" : "'0.0.0.0'";
  return `(ifNull(${valid}, 0) AND isIPAddressInRange(if(ifNull(${valid}, 0), assumeNotNull(${address}), ${harmless}), ${range}))`;
}

/** Ranges of the IANA registries of special addresses that are not private ones. */
const RESERVED_V4 =
  "0.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";
const RESERVED_V6 = "::/128 ::1/128 fe80::/10 ff00::/8 2001:db8::/32 100::/64";
const PRIVATE_V6 = ["fc00::/7"];

function inAny(address: string, v6: boolean, ranges: readonly string[]): string {
  return `(${ranges.map((range) => within(address, v6, `'${range}'`)).join(" OR ")})`;
}

function isReserved(address: string): string {
  return `(${inAny(address, false, RESERVED_V4.split(" "))} OR ${inAny(address, true, RESERVED_V6.split(" "))})`;
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export const ipFunctions: readonly ScalarFunction[] = [
  validity("isValidIp", (address) => `(isIPv4String(${address}) OR isIPv6String(${address}))`),
  validity("isValidIpV4", (address) => `isIPv4String(${address})`),
  validity("isValidIpV6", (address) => `isIPv6String(${address})`),
  inSubnet("isIpInSubnet", isSubnet, "10.0.0.0/8"),
  inSubnet("isIpv4InSubnet", (subnet) => V4_SUBNET.test(subnet), "10.0.0.0/8"),
  inSubnet("isIpv6InSubnet", isV6Subnet, "fd00::/8"),
  {
    name: "isPrivateIP",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const address = asText(subject ?? MISSING);
      return boolean(`(${PRIVATE.map((range) => within(address, false, `'${range}'`)).join(" OR ")})`);
    },
  },
  {
    name: "isReservedIP",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => boolean(isReserved(asText(subject ?? MISSING))),
  },
  {
    name: "isPublicIP",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => {
      const address = asText(subject ?? MISSING);
      const valid = `ifNull(isIPv4String(${address}) OR isIPv6String(${address}), 0)`;
      const inside = `${inAny(address, false, PRIVATE)} OR ${inAny(address, true, PRIVATE_V6)} OR ${isReserved(address)}`;
      return boolean(`(${valid} AND NOT (${inside}))`);
    },
  },
  {
    name: "ipv4ToNumber",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => number(`toFloat64(IPv4StringToNumOrNull(${asText(subject ?? MISSING)}))`),
  },
];
