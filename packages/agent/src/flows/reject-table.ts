import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Counters, Tuple } from "./connection.ts";

const run = promisify(execFile);

/** Packets that did not come through, since they were asked for last. */
export interface Rejected extends Tuple, Counters {
  readonly protocol: number;
}

export interface RejectReading {
  readonly rejected: readonly Rejected[];
  /** There were more than the sets could hold. */
  readonly lost: boolean;
}

const TABLE = "nephoscope_flows";
/** Rejected flows at a time; with more of them, records are told to be incomplete. */
const SET_SIZE = 65_535;
const MAX_OUTPUT = 256 * 1_048_576;

/** Protocols whose header begins with two ports. */
const PORTS = "{ tcp, udp, sctp, dccp, udplite }";
const SETS = {
  ports4: {
    key: "ip saddr . ip daddr . meta l4proto . th sport . th dport",
    type: "ipv4_addr . ipv4_addr . inet_proto . inet_service . inet_service",
    when: `meta nfproto ipv4 meta l4proto ${PORTS}`,
  },
  ports6: {
    key: "ip6 saddr . ip6 daddr . meta l4proto . th sport . th dport",
    type: "ipv6_addr . ipv6_addr . inet_proto . inet_service . inet_service",
    when: `meta nfproto ipv6 meta l4proto ${PORTS}`,
  },
  other4: {
    key: "ip saddr . ip daddr . meta l4proto",
    type: "ipv4_addr . ipv4_addr . inet_proto",
    when: `meta nfproto ipv4 meta l4proto != ${PORTS}`,
  },
  other6: {
    key: "ip6 saddr . ip6 daddr . meta l4proto",
    type: "ipv6_addr . ipv6_addr . inet_proto",
    when: `meta nfproto ipv6 meta l4proto != ${PORTS}`,
  },
} as const;

/**
 * A table of its own beside the owner's rules, which it does not look at: before all of them each packet that begins something is noted, and
 * behind all of them taken off again. What stays was dropped or rejected on the way, whoever's rule it was. Packets of connections
 * that stand already pass by in one rule.
 */
export class RejectTable {
  readonly #last = new Map<string, Counters>();
  #lost = 0;

  async install(): Promise<void> {
    await this.remove();
    await feed(ruleset());
    this.#last.clear();
    this.#lost = 0;
  }

  async remove(): Promise<void> {
    await feed(`table inet ${TABLE}\ndelete table inet ${TABLE}\n`);
  }

  async read(): Promise<RejectReading> {
    const { stdout } = await run("nft", ["-j", "-p", "list", "table", "inet", TABLE], { maxBuffer: MAX_OUTPUT });
    const rejected: Rejected[] = [];
    const seen = new Set<string>();
    let lost = 0;
    for (const item of records(record(JSON.parse(stdout)).nftables)) {
      const counter = record(item.counter);
      if (counter.name === "lost") lost = Number(counter.packets);
      for (const element of records(record(item.set).elem)) {
        const found = readElement(record(element.elem));
        if (found === undefined) continue;
        const { source, destination, protocol, sourcePort, destinationPort } = found;
        const key = `${source} ${sourcePort} ${destination} ${destinationPort} ${protocol}`;
        seen.add(key);
        const before = this.#last.get(key);
        this.#last.set(key, found);
        // One that expired and came again begins anew.
        const same = before !== undefined && before.packets <= found.packets ? before : { packets: 0, bytes: 0 };
        const packets = found.packets - same.packets;
        if (packets > 0) rejected.push({ ...found, packets, bytes: found.bytes - same.bytes });
      }
    }
    for (const key of this.#last.keys()) if (!seen.has(key)) this.#last.delete(key);
    const more = lost > this.#lost;
    this.#lost = lost;
    return { rejected, lost: more };
  }
}

/**
 * Packets of what stands already, also of a datagram's connection that nobody has answered: the kernel counts these with their connection. Each
 * of them noted and taken off again would moreover fill the sets, which are emptied of what was taken off once a second only.
 */
const STANDS = "    ct state { established, related, untracked } return\n    ct status confirmed return";

function ruleset(): string {
  const sets = Object.entries(SETS).map(
    ([name, { type }]) =>
      `  set ${name} {\n    type ${type}\n    size ${SET_SIZE}\n    flags dynamic,timeout\n    timeout 20m\n  }`,
  );
  const rules = (verb: "update" | "delete") =>
    Object.entries(SETS)
      .map(
        ([name, { key, when }]) =>
          `    ${when} ${verb} @${name} { ${key}${verb === "update" ? " counter" : ""} } return`,
      )
      .join("\n");
  // An update that finds no room ends its rule; no other set takes such a packet, so it reaches the counter.
  const early = `  chain early {\n${STANDS}\n${rules("update")}\n    counter name lost\n  }`;
  const late = `  chain late {\n${STANDS}\n${rules("delete")}\n  }`;
  const hooks = ["input", "forward", "output"].flatMap((hook) => {
    const skip = hook === "input" ? '    iifname "lo" return\n' : hook === "output" ? '    oifname "lo" return\n' : "";
    // What begins here is known to connection tracking behind its own hook only, at -200; what came in was so before.
    const first = hook === "output" ? -199 : -310;
    return [
      `  chain ${hook}_early {\n    type filter hook ${hook} priority ${first}; policy accept;\n${skip}    jump early\n  }`,
      `  chain ${hook}_late {\n    type filter hook ${hook} priority 1000; policy accept;\n${skip}    jump late\n  }`,
    ];
  });
  return [`table inet ${TABLE} {`, "  counter lost {\n  }", ...sets, early, late, ...hooks, "}", ""].join("\n");
}

function feed(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("nft", ["-f", "-"], { stdio: ["pipe", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 2_000) errors += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`nft: ${errors.trim()}`))));
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  });
}

const NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  "ipv6-icmp": 58,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};

function readElement({ val, counter }: Record<string, unknown>): Rejected | undefined {
  const parts: unknown[] = Array.isArray(record(val).concat) ? list(record(val).concat) : [];
  const [source, destination, named, sourcePort = 0, destinationPort = 0] = parts;
  const protocol = typeof named === "number" ? named : (NUMBERS[String(named)] ?? Number(named));
  const { packets, bytes } = record(counter);
  if (typeof source !== "string" || typeof destination !== "string" || !Number.isInteger(protocol)) return undefined;
  if (typeof packets !== "number" || typeof bytes !== "number") return undefined;
  return {
    source,
    destination,
    protocol,
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    packets,
    bytes,
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): Record<string, unknown>[] => list(value).map(record);
