import { isIP } from "node:net";

/** What a host says of itself. It is believed for that host alone, and bounded before it is kept. */
export interface HostFacts {
  readonly hostname: string;
  readonly platform: {
    readonly type: "Linux" | "Windows" | "MacOS";
    readonly name: string;
    readonly version: string;
    readonly kernel: string;
    readonly architecture: string;
  };
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Milliseconds since the epoch; 0 when unknown. */
  readonly bootedAt: number;
  readonly interfaces: readonly HostInterface[];
  /** Incoming traffic that the packet filter accepts, as far as the agent understands its rules. */
  readonly accepts: readonly FilterRule[];
  /** False where there are rules that the agent could not express as `accepts`. */
  readonly acceptsWhole: boolean;
  /** Interfaces by whose address the host masquerades what it forwards; empty when it does not. */
  readonly masquerades: readonly string[];
}

export interface HostInterface {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly addresses: readonly HostAddress[];
}

export interface HostAddress {
  readonly address: string;
  readonly prefix: number;
}

export interface FilterRule {
  /** -1 for all protocols, else IANA's name in lower case or number. */
  readonly protocol: string;
  /** -1 for all. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidr: string;
}

export const NO_FACTS: HostFacts = {
  hostname: "",
  platform: { type: "Linux", name: "", version: "", kernel: "", architecture: "" },
  cpus: 0,
  memoryBytes: 0,
  bootedAt: 0,
  interfaces: [],
  accepts: [],
  acceptsWhole: true,
  masquerades: [],
};

/** The address that a host is known by: the first that others can reach, of IPv4 if there is one. */
export function mainAddress({ interfaces }: HostFacts): string | undefined {
  const all = interfaces
    .filter(({ name }) => name !== "lo")
    .flatMap(({ addresses }) => addresses.map(({ address }) => address))
    .filter((address) => !/^(127\.|169\.254\.|fe80:|::1$)/i.test(address));
  return all.find((address) => isIP(address) === 4) ?? all[0];
}

/** A host with more than these keeps the first of them. */
const MAX_INTERFACES = 256;
const MAX_ADDRESSES = 64;
const MAX_RULES = 1_000;
const MAX_TEXT = 255;

/** Reads what an agent sent. Undefined when it is no object; members that are wrong or missing are as in `NO_FACTS`. */
export function readHostFacts(value: unknown): HostFacts | undefined {
  if (!isRecord(value)) return undefined;
  const platform = isRecord(value.platform) ? value.platform : {};
  const type = platform.type === "Windows" || platform.type === "MacOS" ? platform.type : "Linux";
  return {
    hostname: text(value.hostname),
    platform: {
      type,
      name: text(platform.name),
      version: text(platform.version),
      kernel: text(platform.kernel),
      architecture: text(platform.architecture),
    },
    cpus: count(value.cpus),
    memoryBytes: count(value.memoryBytes),
    bootedAt: count(value.bootedAt),
    interfaces: records(value.interfaces, MAX_INTERFACES).map((item) => ({
      name: text(item.name),
      mac: text(item.mac),
      up: item.up === true,
      addresses: records(item.addresses, MAX_ADDRESSES).flatMap(readAddress),
    })),
    accepts: records(value.accepts, MAX_RULES).map((item) => ({
      protocol: text(item.protocol),
      fromPort: port(item.fromPort),
      toPort: port(item.toPort),
      cidr: text(item.cidr),
    })),
    acceptsWhole: value.acceptsWhole !== false,
    masquerades: Array.isArray(value.masquerades) ? value.masquerades.slice(0, MAX_INTERFACES).map(text) : [],
  };
}

function readAddress({ address, prefix }: Record<string, unknown>): HostAddress[] {
  const version = typeof address === "string" ? isIP(address) : 0;
  const bits = count(prefix);
  return typeof address === "string" && version !== 0 && bits <= (version === 4 ? 32 : 128)
    ? [{ address, prefix: bits }]
    : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const records = (value: unknown, most: number): Record<string, unknown>[] =>
  Array.isArray(value) ? value.slice(0, most).filter(isRecord) : [];
const text = (value: unknown): string => (typeof value === "string" ? value.toWellFormed().slice(0, MAX_TEXT) : "");
const count = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
const port = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : -1;
