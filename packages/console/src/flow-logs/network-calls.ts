import { type AllOf, allPages } from "../api/all-pages.ts";
import { CallError } from "../api/call-error.ts";
import { ec2 } from "../api/ec2-client.ts";
import { queryCache } from "../api/query-cache.ts";
import { listOf, type ReadXml, recordOf, textOf } from "../api/query-xml.ts";
import { type FlowLog, type NetworkPart, type RecordedPart, type ResourceKind, recordedParts } from "./network.ts";

const PAGE = 1_000;

const all = <T>(
  operation: string,
  list: string,
  read: (item: Readonly<Record<string, ReadXml>>) => T,
  signal: AbortSignal,
): Promise<AllOf<T>> =>
  allPages(async (NextToken) => {
    const answer = await ec2(operation, { MaxResults: PAGE, NextToken }, signal);
    return { items: listOf(answer[list]).map((item) => read(recordOf(item))), next: textOf(answer.nextToken) };
  });

export const allFlowLogs = (signal: AbortSignal): Promise<AllOf<FlowLog>> =>
  all("DescribeFlowLogs", "flowLogSet", readFlowLog, signal);

function readFlowLog(item: Readonly<Record<string, ReadXml>>): FlowLog {
  const created = Date.parse(textOf(item.creationTime) ?? "");
  return {
    id: textOf(item.flowLogId) ?? "",
    resourceId: textOf(item.resourceId) ?? "",
    traffic: textOf(item.trafficType) ?? "",
    interval: Number(textOf(item.maxAggregationInterval)),
    group: textOf(item.logGroupName) || undefined,
    destination: textOf(item.logDestination) ?? "",
    role: textOf(item.deliverLogsPermissionArn) ?? "",
    failure: textOf(item.deliverLogsErrorMessage) || undefined,
    created: Number.isNaN(created) ? undefined : created,
  };
}

/** VPCs, subnets and interfaces, with the flow logs that record them. */
export async function recordedNetwork(signal: AbortSignal): Promise<AllOf<RecordedPart>> {
  const text = (item: Readonly<Record<string, ReadXml>>, name: string) => textOf(item[name]) ?? "";
  const range =
    (kind: "VPC" | "Subnet", id: string) =>
    (item: Readonly<Record<string, ReadXml>>): NetworkPart => ({
      kind,
      id: text(item, id),
      vpcId: text(item, "vpcId"),
      subnetId: undefined,
      address: text(item, "cidrBlock"),
      hostId: undefined,
      description: "",
    });
  const [vpcs, subnets, interfaces, flowLogs] = await Promise.all([
    all("DescribeVpcs", "vpcSet", range("VPC", "vpcId"), signal),
    all("DescribeSubnets", "subnetSet", range("Subnet", "subnetId"), signal),
    all(
      "DescribeNetworkInterfaces",
      "networkInterfaceSet",
      (item): NetworkPart => ({
        kind: "NetworkInterface",
        id: text(item, "networkInterfaceId"),
        vpcId: text(item, "vpcId"),
        subnetId: text(item, "subnetId"),
        address: text(item, "privateIpAddress"),
        hostId: textOf(recordOf(item.attachment).instanceId),
        description: text(item, "description"),
      }),
      signal,
    ),
    allFlowLogs(signal),
  ]);
  return {
    items: recordedParts([...vpcs.items, ...subnets.items, ...interfaces.items], flowLogs.items),
    more: vpcs.more || subnets.more || interfaces.more || flowLogs.more,
  };
}

/** Makes flow logs of log groups; throws what the first part that failed was told. */
export async function createFlowLogs(input: {
  readonly kind: ResourceKind;
  readonly ids: readonly string[];
  readonly traffic: string;
  readonly interval: number;
  readonly group: string;
  readonly role: string;
}): Promise<void> {
  throwFirst(
    await ec2("CreateFlowLogs", {
      ResourceType: input.kind,
      ResourceId: input.ids,
      TrafficType: input.traffic,
      MaxAggregationInterval: input.interval,
      LogDestinationType: "cloud-watch-logs",
      LogGroupName: input.group,
      DeliverLogsPermissionArn: input.role,
    }),
  );
}

export async function deleteFlowLogs(ids: readonly string[]): Promise<void> {
  throwFirst(await ec2("DeleteFlowLogs", { FlowLogId: ids }));
}

/** These calls answer success also where parts of them failed. */
function throwFirst(answer: Readonly<Record<string, ReadXml>>): void {
  const [first, ...others] = listOf(answer.unsuccessful).map(recordOf);
  if (first === undefined) return;
  const error = recordOf(first.error);
  const rest = others.length === 0 ? "" : ` (and ${others.length} more failed)`;
  throw new CallError(
    textOf(error.code) ?? "Unsuccessful",
    `${textOf(first.resourceId)}: ${textOf(error.message)}${rest}`,
    { status: 200 },
  );
}

/** Everything that pages know of networks and flow logs is asked for again. */
export const flowLogsChanged = (): Promise<void> => queryCache.invalidateQueries({ queryKey: ["ec2"] });
