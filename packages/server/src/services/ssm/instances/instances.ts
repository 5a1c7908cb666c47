import type { HostResource } from "../../../platform/fleet/host.ts";
import { mainAddress } from "../../../platform/fleet/host-facts.ts";
import { causeOf } from "../commit.ts";
import type { SsmCall, SsmDeps, SsmOperation, SsmOutput } from "../operation.ts";
import { pageOf, readPageToken } from "../page.ts";

type Information = NonNullable<SsmOutput<"DescribeInstanceInformation">["InstanceInformationList"]>[number];

const PAGE = 50;
/** The agent's version in this release; a host with another is not up to date. */
const VERSION = /^\d{1,6}(\.\d{1,6}){2,3}$/;

export const describeInstanceInformation: SsmOperation<"DescribeInstanceInformation"> = async (input, call, deps) => {
  if (input.Filters !== undefined && input.InstanceInformationFilterList !== undefined)
    throw call.error("InvalidFilterKey", "Use either Filters or InstanceInformationFilterList, not both.");
  const filters: readonly InstanceFilter[] = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key, values: Values })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({ key, values: valueSet })),
  ].map(({ key, values }) => filterOf(call, key, values));
  const all = deps.fleet
    .list(call)
    .map((host) => ({ host, information: informationOf(deps, host) }))
    .filter((item) => filters.every((passes) => passes(item)));
  const after = readPageToken(input.NextToken, (message) => call.error("InvalidNextToken", message));
  const { items, ...next } = pageOf(all, ({ host }) => host.ref.key, { after, limit: input.MaxResults ?? PAGE });
  return { InstanceInformationList: items.map(({ information }) => information), ...next };
};

type InstanceFilter = (item: { host: HostResource; information: Information }) => boolean;

function filterOf(call: SsmCall, key: string, values: readonly string[]): InstanceFilter {
  const has = (value: string | undefined) => value !== undefined && values.includes(value);
  if (key.startsWith("tag:")) return ({ host }) => has(host.document.tags[key.slice("tag:".length)]);
  switch (key) {
    case "InstanceIds":
      return ({ information }) => has(information.InstanceId);
    case "AgentVersion":
      return ({ information }) => has(information.AgentVersion);
    case "PingStatus":
      return ({ information }) => has(information.PingStatus);
    case "PlatformTypes":
      return ({ information }) => has(information.PlatformType);
    case "ActivationIds":
      return ({ information }) => has(information.ActivationId);
    case "IamRole":
      return ({ information }) => has(information.IamRole);
    case "ResourceType":
      return ({ information }) => has(information.ResourceType);
    case "AssociationStatus":
      return () => false;
    case "tag-key":
      return ({ host }) => Object.keys(host.document.tags).some(has);
    default:
      throw call.error("InvalidFilterKey", `The filter key ${key} is not valid.`);
  }
}

function informationOf({ fleet }: SsmDeps, host: HostResource): Information {
  const { ref, document } = host;
  const facts = fleet.facts(ref, ref.key);
  const presence = fleet.presence(ref, ref.key);
  const managed = ref.key.startsWith("mi-");
  return {
    InstanceId: ref.key,
    PingStatus: fleet.isOnline(ref, ref.key) ? "Online" : presence === undefined ? "Inactive" : "ConnectionLost",
    ...(presence !== undefined && {
      LastPingDateTime: new Date(presence.lastPingAt),
      ...(VERSION.test(presence.agentVersion) && { AgentVersion: presence.agentVersion }),
      IPAddress: mainAddress(facts) ?? presence.sourceIp,
    }),
    IsLatestVersion: presence !== undefined,
    PlatformType: facts.platform.type,
    PlatformName: facts.platform.name,
    PlatformVersion: facts.platform.version,
    ActivationId: document.activationId,
    IamRole: document.iamRole,
    RegistrationDate: new Date(document.registeredAt),
    ResourceType: managed ? "ManagedInstance" : "EC2Instance",
    Name: document.name,
    ComputerName: facts.hostname || document.registeredName,
    SourceId: ref.key,
    SourceType: managed ? "AWS::SSM::ManagedInstance" : "AWS::EC2::Instance",
  };
}

export const deregisterManagedInstance: SsmOperation<"DeregisterManagedInstance"> = async (input, call, deps) => {
  requireHost(deps, call, input.InstanceId);
  await deps.fleet.remove(call, input.InstanceId, causeOf(call));
  // One that waits for news is sent away at once.
  deps.fleet.assignments.changed(input.InstanceId);
  return {};
};

export const updateManagedInstanceRole: SsmOperation<"UpdateManagedInstanceRole"> = async (input, call, deps) => {
  requireHost(deps, call, input.InstanceId);
  await deps.fleet.change(call, input.InstanceId, causeOf(call), (host) => ({ ...host, iamRole: input.IamRole }));
  return {};
};

export function requireHost({ fleet }: SsmDeps, call: SsmCall, id: string): HostResource {
  const host = fleet.find(call, id);
  if (host === undefined)
    throw call.error("InvalidInstanceId", `The managed instance ${id} does not exist in ${call.region}.`);
  return host;
}
