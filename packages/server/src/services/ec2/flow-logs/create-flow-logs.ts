import type { Scope } from "../../../platform/fleet/host.ts";
import type { RoleQuestion } from "../../../platform/service-roles/service-roles.ts";
import type { Change } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { newId } from "../ids.ts";
import { networkOfScope } from "../network/seen.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Input, type Ec2Operation, refuse } from "../operation.ts";
import { tagsAtCreation } from "../tags/tags.ts";
import { type FlowLog, flowLogRef, flowLogsOf } from "./flow-log.ts";
import { DEFAULT_FORMAT, FormatRefused, readFormat } from "./record-format.ts";

type Input = Ec2Input<"CreateFlowLogs">;

/** Resources of one request (API reference, CreateFlowLogs), and flow logs of an account and region. */
const MAX_RESOURCES = 1_000;
const MAX_FLOW_LOGS = 10_000;
/** Who assumes the role that a user gives. */
export const FLOW_LOGS_SERVICE = "vpc-flow-logs.amazonaws.com";

const KINDS = {
  VPC: { prefix: "vpc-", code: "InvalidVpcId.NotFound", what: "vpc" },
  Subnet: { prefix: "subnet-", code: "InvalidSubnetId.NotFound", what: "subnet" },
  NetworkInterface: { prefix: "eni-", code: "InvalidNetworkInterfaceId.NotFound", what: "network interface" },
} as const;

export const createFlowLogs: Ec2Operation<"CreateFlowLogs"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const kind = input.ResourceType in KINDS ? KINDS[input.ResourceType as keyof typeof KINDS] : undefined;
  if (kind === undefined)
    throw refuse(
      "InvalidParameterValue",
      `Flow logs of ${input.ResourceType} are not supported: VPC, Subnet and NetworkInterface are.`,
    );
  if (input.ResourceIds.length > MAX_RESOURCES)
    throw refuse("InvalidParameterValue", `A request can have at most ${MAX_RESOURCES} resources.`);
  const wrong = input.ResourceIds.find((id) => !id.startsWith(kind.prefix));
  if (wrong !== undefined)
    throw refuse("InvalidParameter", `${wrong} is no id of a ${kind.what}: ResourceType is ${input.ResourceType}.`);
  const token = input.ClientToken;
  const before = flowLogsOf(state, call).filter(
    ({ document }) => token !== undefined && document.clientToken === token,
  );
  if (before.length > 0) return { ClientToken: token, FlowLogIds: before.map(({ ref }) => ref.key), Unsuccessful: [] };

  const plain = settingsOf(input, call, deps);
  const { vpcs, subnets, interfaces } = networkOfScope(deps, call);
  const known = new Set([...vpcs, ...subnets, ...interfaces].map(({ id }) => id));
  const others = flowLogsOf(state, call);
  const failed: { ResourceId: string; Error: { Code: string; Message: string } }[] = [];
  const changes: Change[] = [];
  const ids: string[] = [];
  for (const resourceId of new Set(input.ResourceIds)) {
    const document: FlowLog = {
      ...plain,
      resourceId,
      createdAt: clock.now(),
      ...(token !== undefined && { clientToken: token }),
    };
    if (!known.has(resourceId)) {
      failed.push({
        ResourceId: resourceId,
        Error: { Code: kind.code, Message: `The ${kind.what} ID '${resourceId}' does not exist` },
      });
    } else if (others.some((other) => sameSettings(other.document, document))) {
      const Message = "Error. There is an existing Flow Log with the same configuration and log destination.";
      failed.push({ ResourceId: resourceId, Error: { Code: "FlowLogAlreadyExists", Message } });
    } else if (others.length + ids.length >= MAX_FLOW_LOGS) {
      const Message = `There are ${MAX_FLOW_LOGS} flow logs, as many as there may be.`;
      failed.push({ ResourceId: resourceId, Error: { Code: "FlowLogsLimitExceeded", Message } });
    } else {
      const id = newId("fl");
      ids.push(id);
      changes.push(
        { put: flowLogRef(call, id), document, expect: "absent" },
        ...tagsAtCreation(call, id, "vpc-flow-log", input.TagSpecifications),
      );
    }
  }
  if (changes.length > 0) await state.commit({ cause: causeOf(call), changes });
  deps.fleet.assignments.changed();
  return { ...(token !== undefined && { ClientToken: token }), FlowLogIds: ids, Unsuccessful: failed };
};

const sameSettings = (a: FlowLog, b: FlowLog): boolean =>
  a.resourceId === b.resourceId &&
  a.traffic === b.traffic &&
  a.format === b.format &&
  JSON.stringify(a.destination) === JSON.stringify(b.destination);

function settingsOf(input: Input, call: Ec2Call, deps: Ec2Deps): Omit<FlowLog, "resourceId" | "createdAt"> {
  if (input.DeliverCrossAccountRole !== undefined)
    throw refuse("InvalidParameter", "DeliverCrossAccountRole is not supported.");
  const traffic = input.TrafficType;
  if (traffic === undefined) throw refuse("MissingParameter", "The request must contain the parameter TrafficType");
  const interval = input.MaxAggregationInterval ?? 600;
  if (interval !== 60 && interval !== 600)
    throw refuse("InvalidParameter", "Invalid Flow Log Max Aggregation Interval. Valid values are 60 and 600.");
  return { traffic, interval, format: formatOf(input.LogFormat), destination: destinationOf(input, call, deps) };
}

function formatOf(text: string | undefined): string {
  try {
    return readFormat(text ?? DEFAULT_FORMAT).text;
  } catch (error) {
    if (error instanceof FormatRefused) throw refuse("InvalidParameter", error.message);
    throw error;
  }
}

function destinationOf(input: Input, call: Ec2Call, deps: Ec2Deps): FlowLog["destination"] {
  const kind = input.LogDestinationType ?? "cloud-watch-logs";
  if (kind === "kinesis-data-firehose")
    throw refuse("InvalidParameter", "Firehose is not supported as a destination: cloud-watch-logs and s3 are.");
  if (kind === "s3") return bucketOf(input);
  if (input.DestinationOptions !== undefined) throw refuse("InvalidParameter", "DestinationOptions are for s3 only.");
  const arn = /^arn:aws[a-z-]*:logs:([a-z0-9-]+):(\d{12}):log-group:([^:*]+)(?::\*)?$/.exec(input.LogDestination ?? "");
  const group = input.LogGroupName ?? arn?.[3];
  if (input.LogDestination !== undefined && (arn === null || arn[1] !== call.region || arn[2] !== call.account))
    throw refuse(
      "InvalidParameterValue",
      `LogDestination must be a log group of this account and region, not ${input.LogDestination}.`,
    );
  if (input.LogDestination !== undefined && input.LogGroupName !== undefined)
    throw refuse("InvalidParameter", "Please only provide LogGroupName or only provide LogDestination.");
  if (group === undefined)
    throw refuse("InvalidParameter", "LogDestination can't be empty if LogGroupName is not provided.");
  const roleArn = input.DeliverLogsPermissionArn;
  if (roleArn === undefined)
    throw refuse(
      "InvalidParameter",
      "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
    );
  const refusal = deps.roles.refusal(publishQuestion(call, group, roleArn));
  if (refusal !== undefined) throw refuse("InvalidParameterValue", `Unable to assume given IAM role: ${refusal}`);
  return { kind: "cloud-watch-logs", group, roleArn };
}

/** What the role of a flow log must allow. */
export const publishQuestion = ({ account, region }: Scope, group: string, roleArn: string): RoleQuestion => ({
  account,
  roleArn,
  service: FLOW_LOGS_SERVICE,
  actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  resource: `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:eni-00000000000000000-all`,
});

function bucketOf({
  LogDestination,
  LogGroupName,
  DeliverLogsPermissionArn,
  DestinationOptions,
}: Input): FlowLog["destination"] {
  if (LogGroupName !== undefined) throw refuse("InvalidParameter", "LogGroupName is for cloud-watch-logs only.");
  if (DeliverLogsPermissionArn !== undefined)
    throw refuse("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 log destination type.");
  const match = /^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(LogDestination ?? "");
  if (match === null)
    throw refuse(
      "InvalidParameter",
      `LogDestination must be the ARN of a bucket, such as arn:aws:s3:::name/folder, not ${LogDestination}.`,
    );
  const folder = (match[2] ?? "").replace(/^\/+|\/+$/g, "");
  if (folder === "AWSLogs" || folder.startsWith("AWSLogs/"))
    throw refuse("InvalidParameterValue", "You can't use AWSLogs as a subfolder name: it is a reserved term.");
  if (DestinationOptions?.FileFormat === "parquet")
    throw refuse("InvalidParameterValue", "Files in Parquet are not supported: plain-text is.");
  return {
    kind: "s3",
    bucket: match[1] ?? "",
    folder: folder === "" ? "" : `${folder}/`,
    hive: DestinationOptions?.HiveCompatiblePartitions ?? false,
    perHour: DestinationOptions?.PerHourPartition ?? false,
  };
}
