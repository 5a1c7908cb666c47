import { execFile } from "node:child_process";
import { BlockList, isIP } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Which interface an address belongs to or is reached by, at one moment. */
export interface HostNetwork {
  /** The interface that has the address; undefined for another host's. */
  own(address: string): string | undefined;
  /** The interface behind which an address is. */
  towards(address: string): string | undefined;
  /** Addresses of default routers. */
  readonly routers: ReadonlySet<string>;
}

interface Route {
  readonly device: string;
  readonly prefix: number;
  readonly metric: number;
  readonly covers: (address: string) => boolean;
}

const MAX_OUTPUT = 64 * 1_048_576;

/** Reads addresses and the main routing tables with `ip`. */
export async function readHostNetwork(): Promise<HostNetwork> {
  const [addresses, routes4, routes6] = await Promise.all([
    ipJson(["address", "show"]),
    ipJson(["-4", "route", "show"]),
    ipJson(["-6", "route", "show"]),
  ]);
  const owners = new Map<string, string>();
  for (const { ifname, addr_info } of addresses) {
    if (typeof ifname !== "string" || !Array.isArray(addr_info)) continue;
    for (const { local } of addr_info.map(record)) if (typeof local === "string") owners.set(local, ifname);
  }
  const routers = new Set<string>();
  const routes = [
    ...routes4.map((route) => routeOf(route, 4, routers)),
    ...routes6.map((route) => routeOf(route, 6, routers)),
  ]
    .flatMap((route) => route ?? [])
    // The longest prefix wins, then the least metric, as in the kernel.
    .sort((a, b) => b.prefix - a.prefix || a.metric - b.metric);
  return hostNetwork(owners, routes, routers);
}

export function hostNetwork(
  owners: ReadonlyMap<string, string>,
  routes: readonly Route[],
  routers: ReadonlySet<string>,
): HostNetwork {
  return {
    own: (address) => owners.get(address),
    towards: (address) => routes.find(({ covers }) => covers(address))?.device,
    routers,
  };
}

function routeOf(
  { dst, dev, gateway, metric, type }: Record<string, unknown>,
  version: 4 | 6,
  routers: Set<string>,
): Route | undefined {
  if (typeof dst !== "string" || typeof dev !== "string" || (type !== undefined && type !== "unicast"))
    return undefined;
  const isDefault = dst === "default";
  if (isDefault && typeof gateway === "string") routers.add(gateway);
  const [base = "", bits] = isDefault ? [version === 4 ? "0.0.0.0" : "::", "0"] : dst.split("/");
  if (isIP(base) !== version) return undefined;
  const prefix = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits);
  const range = new BlockList();
  range.addSubnet(base, prefix, version === 4 ? "ipv4" : "ipv6");
  return {
    device: dev,
    prefix,
    metric: typeof metric === "number" ? metric : 0,
    covers: (address) => isIP(address) === version && range.check(address, version === 4 ? "ipv4" : "ipv6"),
  };
}

async function ipJson(words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await run("ip", ["-j", ...words], { maxBuffer: MAX_OUTPUT });
  const value: unknown = stdout.trim() === "" ? [] : JSON.parse(stdout);
  return Array.isArray(value) ? value.map(record) : [];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};
