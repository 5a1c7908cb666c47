import type { Service } from "@nephoscope/wire";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { OwnMetrics } from "../../platform/metrics/own-metrics.ts";
import { ec2Access } from "./access.ts";
import { deliverFlows } from "./flow-logs/deliver.ts";
import { covers, flowLogsOf } from "./flow-logs/flow-log.ts";
import { tellSilentHosts } from "./instances/status-metrics.ts";
import { natGatewayOf } from "./network/nat-gateway.ts";
import { interfacesOfHost } from "./network/seen.ts";
import type { Ec2Deps } from "./operation.ts";
import { ec2Service } from "./service.ts";

export interface Ec2Parts extends Ec2Deps {
  readonly jobs: Jobs;
  /** For the status checks of hosts that can't tell them. */
  readonly metrics: Pick<OwnMetrics, "add">;
}

const STATUS_MS = 60_000;

/** EC2: the fleet as its calls show it, and what it tells hosts: which interfaces to record, how often to measure, whether they are NAT gateways. */
export function startEc2(parts: Ec2Parts): { readonly service: Service; readonly access: ServiceAccess } {
  const { jobs, metrics, ...deps } = parts;
  const { state, fleet } = deps;
  jobs.every("ec2-status-checks", STATUS_MS, async () => tellSilentHosts(deps, metrics));
  fleet.assignments.add("flows", (host) => {
    const logs = flowLogsOf(state, host.ref);
    if (logs.length === 0) return undefined;
    const interfaces = interfacesOfHost(deps, host).flatMap((one) => {
      const intervals = [
        ...new Set(logs.filter((log) => covers(log, one)).map(({ document }) => document.interval)),
      ].sort();
      return intervals.length === 0 ? [] : [{ id: one.id, name: one.name, intervals }];
    });
    return interfaces.length === 0 ? undefined : { interfaces };
  });
  fleet.assignments.add("monitoring", ({ document }) => ({ detailed: document.detailedMonitoring }));
  fleet.assignments.add("nat", (host) => {
    const gateway = natGatewayOf(deps, host);
    return gateway && { natGatewayId: gateway.id, outside: gateway.outside.name };
  });
  // A NAT gateway's metrics are about its own id.
  fleet.rights.add("cloudwatch", (host, operation, { Namespace, MetricData }) => {
    const id = natGatewayOf(deps, host)?.id;
    return (
      operation === "PutMetricData" &&
      Namespace === "AWS/NATGateway" &&
      id !== undefined &&
      Array.isArray(MetricData) &&
      MetricData.every((datum: unknown) => isAbout(datum, id))
    );
  });
  fleet.flowRecords.deliverBy((host, batches) => deliverFlows(deps, host, batches));
  return { service: ec2Service(deps), access: ec2Access(deps) };
}

/** The datum has just this one dimension. */
function isAbout(datum: unknown, natGatewayId: string): boolean {
  if (typeof datum !== "object" || datum === null || !("Dimensions" in datum) || !Array.isArray(datum.Dimensions))
    return false;
  const [one, ...more]: unknown[] = datum.Dimensions;
  if (more.length > 0 || typeof one !== "object" || one === null || !("Name" in one) || !("Value" in one)) return false;
  return one.Name === "NatGatewayId" && one.Value === natGatewayId;
}
