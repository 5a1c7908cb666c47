export type ResourceKind = "VPC" | "Subnet" | "NetworkInterface";

/** A part of the network, and in what it stands. */
export interface NetworkPart {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly vpcId: string;
  /** Absent for a VPC. */
  readonly subnetId: string | undefined;
  /** Its block of addresses, or its address. */
  readonly address: string;
  /** The host that has the interface. */
  readonly hostId: string | undefined;
  readonly description: string;
}

export interface FlowLog {
  readonly id: string;
  readonly resourceId: string;
  readonly traffic: string;
  /** Seconds. */
  readonly interval: number;
  /** Name of the log group, undefined for a bucket. */
  readonly group: string | undefined;
  readonly destination: string;
  readonly role: string;
  /** Why the last delivery failed; undefined when it did not. */
  readonly failure: string | undefined;
  /** Milliseconds since 1970. */
  readonly created: number | undefined;
}

export interface RecordedPart extends NetworkPart {
  readonly own: readonly FlowLog[];
  /** Those of the subnet and VPC in which it stands. */
  readonly inherited: readonly FlowLog[];
}

const ORDER: readonly ResourceKind[] = ["VPC", "Subnet", "NetworkInterface"];

/** The parts with the flow logs that record them: each VPC, then its subnets, each with its interfaces. */
export function recordedParts(parts: readonly NetworkPart[], flowLogs: readonly FlowLog[]): readonly RecordedPart[] {
  const byResource = Map.groupBy(flowLogs, ({ resourceId }) => resourceId);
  const of = (id: string | undefined) => (id === undefined ? [] : (byResource.get(id) ?? []));
  const placeOf = ({ kind, vpcId, subnetId, id }: NetworkPart) =>
    [vpcId, kind === "VPC" ? "" : (subnetId ?? id), ORDER.indexOf(kind), id].join(" ");
  return [...parts]
    .map(
      (part): RecordedPart => ({
        ...part,
        own: of(part.id),
        inherited:
          part.kind === "VPC"
            ? []
            : part.kind === "Subnet"
              ? of(part.vpcId)
              : [...of(part.subnetId), ...of(part.vpcId)],
      }),
    )
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

/** The kind that all chosen parts are of; undefined for none or several, as one call makes flow logs of one kind only. */
export function commonKind(parts: readonly NetworkPart[]): ResourceKind | undefined {
  const kinds = new Set(parts.map(({ kind }) => kind));
  return kinds.size === 1 ? parts[0]?.kind : undefined;
}

/** What is wrong with a role's ARN; undefined for a good one. What it may do, the server tells. */
export const roleFault = (arn: string): string | undefined =>
  /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(arn)
    ? undefined
    : "The ARN of a role, such as arn:aws:iam::123456789012:role/VPCFlowLogsRole.";
