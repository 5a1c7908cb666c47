import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { readSystem } from "./facts.ts";
import { packetFilterRules } from "./packet-filter-rules.ts";

const run = promisify(execFile);
const MAX_OUTPUT = 64 * 1_048_576;
/** Entries of one type (Systems Manager API reference, InventoryItem). */
const MAX_ENTRIES = 10_000;

export interface InventoryItem {
  readonly TypeName: string;
  readonly SchemaVersion: string;
  readonly CaptureTime: string;
  readonly ContentHash: string;
  readonly Content: readonly Readonly<Record<string, string>>[];
}

export interface InventoryOptions {
  readonly instanceId: string;
  readonly agentVersion: string;
  readonly now: () => number;
}

/** Operating system, packages, addresses, rules of the packet filter, listening ports and users of this host, in Systems Manager's forms. */
export async function collectInventory({ instanceId, agentVersion, now }: InventoryOptions): Promise<InventoryItem[]> {
  const CaptureTime = `${new Date(now()).toISOString().slice(0, 19)}Z`;
  const item = (TypeName: string, SchemaVersion: string, content: readonly Record<string, string>[]): InventoryItem => {
    const Content = content.slice(0, MAX_ENTRIES);
    return {
      TypeName,
      SchemaVersion,
      CaptureTime,
      ContentHash: createHash("md5").update(JSON.stringify(Content)).digest("hex"),
      Content,
    };
  };
  const [system, packages, rules, ports, users] = await Promise.all([
    readSystem(),
    readPackages(),
    output("nft", ["list", "ruleset"]),
    readListening(),
    readUsers(),
  ]);
  const network = readNetwork();
  return [
    item("AWS:InstanceInformation", "1.0", [
      {
        AgentType: "nephoscope-agent",
        AgentVersion: agentVersion,
        ComputerName: hostname(),
        InstanceId: instanceId,
        IpAddress:
          network.flatMap(({ Name, IPV4 = "" }) => (Name === "lo" || IPV4 === "" ? [] : IPV4.split(", ")))[0] ?? "",
        PlatformName: system.name,
        PlatformType: "Linux",
        PlatformVersion: system.version,
        ResourceType: instanceId.startsWith("mi-") ? "ManagedInstance" : "EC2Instance",
        InstanceStatus: "Active",
      },
    ]),
    item("AWS:Application", "1.1", packages),
    item("AWS:Network", "1.0", network),
    item("Custom:PacketFilter", "1.0", packetFilterRules(rules ?? "")),
    item("Custom:ListeningPorts", "1.0", ports),
    item("Custom:Users", "1.0", users),
  ];
}

const DPKG_FIELDS = ["Package", "Version", "Architecture", "Maintainer", "Homepage", "db:Status-Status"];

/** Of dpkg or rpm, whichever knows packages here. */
async function readPackages(): Promise<Record<string, string>[]> {
  const dpkg = await output("dpkg-query", ["-W", `-f=${DPKG_FIELDS.map((name) => `\${${name}}`).join("\\t")}\\n`]);
  if (dpkg !== undefined) {
    return rows(dpkg).flatMap(([Name = "", Version = "", Architecture = "", Publisher = "", URL = "", status]) =>
      status === "installed"
        ? [{ Name, Version, Architecture, Publisher, URL, PackageId: `${Name}_${Version}_${Architecture}` }]
        : [],
    );
  }
  const rpm = await output("rpm", [
    "-qa",
    "--qf",
    "%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\t%{VENDOR}\t%{URL}\n",
  ]);
  return rows(rpm ?? "").map(
    ([Name = "", Version = "", Release = "", Epoch = "", Architecture = "", Publisher = "", URL = ""]) => ({
      Name,
      Version,
      Release,
      Epoch: Epoch === "(none)" ? "" : Epoch,
      Architecture,
      Publisher,
      URL,
      PackageId: `${Name}-${Version}-${Release}.${Architecture}`,
    }),
  );
}

function readNetwork(): Record<string, string>[] {
  return Object.entries(networkInterfaces()).map(([Name, addresses = []]) => ({
    Name,
    MacAddress: addresses[0]?.mac ?? "",
    IPV4: addresses.flatMap(({ family, address }) => (family === "IPv4" ? [address] : [])).join(", "),
    IPV6: addresses.flatMap(({ family, address }) => (family === "IPv6" ? [address] : [])).join(", "),
    SubnetMask: addresses.find(({ family }) => family === "IPv4")?.netmask ?? "",
  }));
}

/** Sockets of the kernel's tables that listen: state 0A of TCP, every bound one of UDP. */
async function readListening(): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = [];
  for (const Protocol of ["tcp", "tcp6", "udp", "udp6"]) {
    const text = await readFile(`/proc/net/${Protocol}`, "utf8").catch(() => "");
    for (const line of text.split("\n").slice(1)) {
      const [, local = "", , state, , , , uid = ""] = line.trim().split(/\s+/);
      if (state !== (Protocol.startsWith("tcp") ? "0A" : "07")) continue;
      const [address = "", port = ""] = local.split(":");
      found.push({ Protocol, Port: String(Number.parseInt(port, 16)), LocalAddress: addressOf(address), UserId: uid });
    }
  }
  return found;
}

/** The kernel writes addresses as words in its own byte order. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.length === 4) return [...bytes].join(".");
  return (bytes.toString("hex").match(/.{4}/g) ?? []).join(":");
}

async function readUsers(): Promise<Record<string, string>[]> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const [Name = "", , UserId = "", GroupId = "", , Home = "", Shell = ""] = line.split(":");
    return Name === "" ? [] : [{ Name, UserId, GroupId, Home, Shell }];
  });
}

async function output(program: string, words: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(program, [...words], { maxBuffer: MAX_OUTPUT })).stdout;
  } catch {
    // The program is not there: another system's packages.
    return undefined;
  }
}

const rows = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t"));
