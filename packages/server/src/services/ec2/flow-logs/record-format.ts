import type { Flow, FlowBatch } from "../../../platform/fleet/flow-records.ts";
import type { Interface } from "../network/seen.ts";

/** The default format (VPC user guide, "Flow log records"): the fields of version 2, in this order. */
export const DEFAULT_FORMAT = [
  "version",
  "account-id",
  "interface-id",
  "srcaddr",
  "dstaddr",
  "srcport",
  "dstport",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "log-status",
]
  .map((name) => `\${${name}}`)
  .join(" ");

/** What a record is made from. Without a flow it tells only that there was none, or that some were lost. */
export interface RecordSource {
  readonly account: string;
  readonly region: string;
  readonly interface: Interface;
  readonly zoneId: string;
  readonly batch: FlowBatch;
  readonly flow: Flow | undefined;
  readonly status: "OK" | "NODATA" | "SKIPDATA";
}

type Read = (source: RecordSource) => string | number | undefined;

const ofFlow =
  (read: (flow: Flow) => string | number | undefined): Read =>
  ({ flow }) =>
    flow && read(flow);

/** Version of the record in which a field came, and its value; undefined is written as `-`. */
const FIELDS: Readonly<Record<string, readonly [version: number, read: Read]>> = {
  version: [2, () => undefined],
  "account-id": [2, ({ account }) => account],
  "interface-id": [2, ({ interface: { id } }) => id],
  srcaddr: [2, ofFlow(({ source }) => source)],
  dstaddr: [2, ofFlow(({ destination }) => destination)],
  srcport: [2, ofFlow(({ sourcePort }) => sourcePort)],
  dstport: [2, ofFlow(({ destinationPort }) => destinationPort)],
  protocol: [2, ofFlow(({ protocol }) => protocol)],
  packets: [2, ofFlow(({ packets }) => packets)],
  bytes: [2, ofFlow(({ bytes }) => bytes)],
  start: [2, ({ flow, batch }) => flow?.start ?? batch.start],
  end: [2, ({ flow, batch }) => flow?.end ?? batch.end],
  action: [2, ofFlow(({ action }) => action)],
  "log-status": [2, ({ status }) => status],
  "vpc-id": [3, ({ interface: { vpcId } }) => vpcId],
  "subnet-id": [3, ({ interface: { subnetId } }) => subnetId],
  "instance-id": [3, ({ interface: { hostId } }) => hostId],
  "tcp-flags": [3, ofFlow(({ protocol, tcpFlags }) => (protocol === TCP ? tcpFlags : 0))],
  type: [3, ofFlow(({ source }) => (source.includes(":") ? "IPv6" : "IPv4"))],
  "pkt-srcaddr": [3, ofFlow(({ packetSource }) => packetSource)],
  "pkt-dstaddr": [3, ofFlow(({ packetDestination }) => packetDestination)],
  region: [4, ({ region }) => region],
  "az-id": [4, ({ zoneId }) => zoneId],
  "sublocation-type": [4, () => undefined],
  "sublocation-id": [4, () => undefined],
  "pkt-src-aws-service": [5, () => undefined],
  "pkt-dst-aws-service": [5, () => undefined],
  "flow-direction": [5, ofFlow(({ direction }) => direction)],
  // AWS tells the way that traffic leaves by; within a VPC there is none, and of others a host does not know it.
  "traffic-path": [5, () => undefined],
};

const TCP = 6;

export interface RecordFormat {
  readonly text: string;
  /** As in the first line of a file. */
  readonly names: readonly string[];
  write(source: RecordSource): string;
}

/** What is wrong with a format, in AWS's words. */
export class FormatRefused extends Error {
  override readonly name = "FormatRefused";
}

/** Fields as `${name}`, with one space between them. */
export function readFormat(text: string): RecordFormat {
  const parts = text.trim() === "" ? [] : text.trim().split(/\s+/);
  if (parts.length === 0) throw new FormatRefused("LogFormat is empty");
  const names = parts.map((part) => /^\$\{([a-z0-9-]+)\}$/.exec(part)?.[1] ?? part);
  const unknown = names.filter((name) => !Object.hasOwn(FIELDS, name));
  if (unknown.length > 0)
    throw new FormatRefused(
      `Unknown fields provided: [${unknown.join(", ")}]. Known here: ${Object.keys(FIELDS).join(", ")}`,
    );
  const fields = names.flatMap((name) => FIELDS[name] ?? []);
  const reads = names.flatMap((name) => FIELDS[name]?.[1] ?? []);
  // A record's version is the highest of its fields (VPC user guide, "Available fields").
  const version = Math.max(...fields.filter((part) => typeof part === "number"));
  return {
    text: parts.join(" "),
    names,
    write: (source) =>
      reads.map((read, index) => (names[index] === "version" ? version : (read(source) ?? "-"))).join(" "),
  };
}
