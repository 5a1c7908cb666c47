import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { arch, cpus, hostname, release, totalmem, uptime } from "node:os";
import { promisify } from "node:util";
import { record } from "./channel.ts";
import { acceptedTraffic, masqueradedDevices } from "./packet-filter.ts";

const run = promisify(execFile);
const MAX_OUTPUT = 64 * 1_048_576;
/** Times of boot wander by the clock's corrections; facts that differ by less are the same. */
const BOOT_STEP_MS = 60_000;

/** What this host tells of itself, in the form that the server reads. */
export async function collectFacts(now: () => number): Promise<Readonly<Record<string, unknown>>> {
  const [system, addresses, ruleset, forwards] = await Promise.all([
    readSystem(),
    json("ip", ["-j", "address", "show"]),
    json("nft", ["-j", "list", "ruleset"]),
    readFile("/proc/sys/net/ipv4/ip_forward", "utf8").catch(() => "0"),
  ]);
  const interfaces = (Array.isArray(addresses) ? addresses : [])
    .map(record)
    .map(({ ifname, address, operstate, flags, addr_info }) => ({
      name: ifname,
      mac: address,
      up: operstate === "UP" || (Array.isArray(flags) && flags.includes("UP")),
      addresses: (Array.isArray(addr_info) ? addr_info : [])
        .map(record)
        .map(({ local, prefixlen }) => ({ address: local, prefix: prefixlen })),
    }));
  const { accepts, whole } = acceptedTraffic(ruleset ?? {});
  const devices = interfaces.flatMap(({ name }) => (typeof name === "string" && name !== "lo" ? [name] : []));
  return {
    hostname: hostname(),
    platform: { type: "Linux", ...system, kernel: release(), architecture: arch() },
    cpus: cpus().length,
    memoryBytes: totalmem(),
    bootedAt: Math.round((now() - uptime() * 1_000) / BOOT_STEP_MS) * BOOT_STEP_MS,
    interfaces,
    accepts,
    // A host without nftables may have another packet filter.
    acceptsWhole: whole && ruleset !== undefined,
    masquerades: forwards.trim() === "1" ? masqueradedDevices(ruleset ?? {}, devices) : [],
  };
}

/** Name and version of the operating system, as it says. */
export async function readSystem(): Promise<{ name: string; version: string }> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { name: value("NAME"), version: value("VERSION_ID") };
}

/** What a program prints as JSON; undefined when it is not there or may not. */
async function json(program: string, words: readonly string[]): Promise<unknown> {
  try {
    const { stdout } = await run(program, [...words], { maxBuffer: MAX_OUTPUT });
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  } catch {
    return undefined;
  }
}
