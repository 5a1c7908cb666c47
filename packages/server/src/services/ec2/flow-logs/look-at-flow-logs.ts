import type { Resource } from "../../../platform/state/state.ts";
import { causeOf } from "../commit.ts";
import { filterBy } from "../filters.ts";
import { networkOfScope } from "../network/seen.ts";
import type { Ec2Operation } from "../operation.ts";
import { pageOf } from "../pages.ts";
import { dropTags, tagList, tagsOf } from "../tags/tags.ts";
import { covers, destinationArn, type FlowLog, flowLogRef, flowLogsOf } from "./flow-log.ts";

export const describeFlowLogs: Ec2Operation<"DescribeFlowLogs"> = async (input, call, deps) => {
  const all = flowLogsOf(deps.state, call).filter(({ ref }) => input.FlowLogIds?.includes(ref.key) ?? true);
  const { interfaces } = networkOfScope(deps, call);
  const passes = filterBy<Resource<FlowLog>>(
    input.Filter,
    {
      "flow-log-id": ({ ref }) => [ref.key],
      "resource-id": ({ document }) => [document.resourceId],
      "traffic-type": ({ document }) => [document.traffic],
      "log-destination-type": ({ document }) => [document.destination.kind],
      "log-group-name": ({ document: { destination } }) => [destination.kind === "s3" ? undefined : destination.group],
      "deliver-log-status": ({ document }) => [statusOf(document)],
      // Ours: all that record an interface, also those that it has from its subnet or VPC.
      "network-interface-id": (log) => interfaces.filter((one) => covers(log, one)).map(({ id }) => id),
    },
    ({ ref }) => tagsOf(deps, call, ref.key),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ ref }) => ref.key, input);
  return {
    FlowLogs: items.map(({ ref, document }) => ({
      FlowLogId: ref.key,
      ResourceId: document.resourceId,
      CreationTime: new Date(document.createdAt),
      FlowLogStatus: "ACTIVE",
      TrafficType: document.traffic,
      LogDestinationType: document.destination.kind,
      LogDestination: destinationArn(call, document),
      ...(document.destination.kind === "cloud-watch-logs"
        ? { LogGroupName: document.destination.group, DeliverLogsPermissionArn: document.destination.roleArn }
        : {
            DestinationOptions: {
              FileFormat: "plain-text" as const,
              HiveCompatiblePartitions: document.destination.hive,
              PerHourPartition: document.destination.perHour,
            },
          }),
      DeliverLogsStatus: statusOf(document),
      ...(document.failure !== undefined && { DeliverLogsErrorMessage: document.failure }),
      LogFormat: document.format,
      MaxAggregationInterval: document.interval,
      Tags: tagList(tagsOf(deps, call, ref.key)),
    })),
    ...next,
  };
};

const statusOf = ({ failure }: FlowLog): string => (failure === undefined ? "SUCCESS" : "FAILED");

export const deleteFlowLogs: Ec2Operation<"DeleteFlowLogs"> = async ({ FlowLogIds }, call, deps) => {
  const there = FlowLogIds.filter((id) => deps.state.get(flowLogRef(call, id)) !== undefined);
  await deps.state.commit({
    cause: causeOf(call),
    changes: there.flatMap((id) => [{ remove: flowLogRef(call, id), expect: "any" } as const, dropTags(call, id)]),
  });
  deps.fleet.assignments.changed();
  return {
    Unsuccessful: FlowLogIds.filter((id) => !there.includes(id)).map((id) => ({
      ResourceId: id,
      Error: {
        Code: "InvalidFlowLogId.NotFound",
        Message: `The specified flow log IDs do not exist. Missing: '${id}'`,
      },
    })),
  };
};
