import type { HostResource } from "../../../platform/fleet/host.ts";
import { causeOf } from "../commit.ts";
import { filterBy } from "../filters.ts";
import { groupNames, interfaceOutput } from "../network/describe-network.ts";
import { type Interface, networkOfScope, zoneOf } from "../network/seen.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, type Ec2Output, notThere } from "../operation.ts";
import { chosen, pageOf } from "../pages.ts";
import { tagList } from "../tags/tags.ts";

type Instance = NonNullable<
  NonNullable<NonNullable<Ec2Output<"DescribeInstances">["Reservations"]>[number]["Instances"]>[number]
>;

interface Seen {
  readonly host: HostResource;
  readonly interfaces: readonly Interface[];
}

const missing = (ids: readonly string[]) => notThere("InvalidInstanceID.NotFound", "instance", ids);

/** A host that has never spoken is being set up; one that is silent is still taken to run: its status check says what is wrong. */
function stateOf({ fleet }: Ec2Deps, { ref }: HostResource): { Code: number; Name: "pending" | "running" } {
  return fleet.presence(ref, ref.key) === undefined ? { Code: 0, Name: "pending" } : { Code: 16, Name: "running" };
}

function hostsOf(deps: Ec2Deps, call: Ec2Call, ids: readonly string[] | undefined): readonly Seen[] {
  const interfaces = Map.groupBy(networkOfScope(deps, call).interfaces, ({ hostId }) => hostId);
  return chosen(deps.fleet.list(call), ({ ref }) => ref.key, ids, missing).map((host) => ({
    host,
    interfaces: interfaces.get(host.ref.key) ?? [],
  }));
}

export const describeInstances: Ec2Operation<"DescribeInstances"> = async (input, call, deps) => {
  const facts = ({ host: { ref } }: Seen) => deps.fleet.facts(ref, ref.key);
  const passes = filterBy<Seen>(
    input.Filters,
    {
      "instance-id": ({ host }) => [host.ref.key],
      "instance-state-name": ({ host }) => [stateOf(deps, host).Name],
      "instance-state-code": ({ host }) => [String(stateOf(deps, host).Code)],
      "vpc-id": ({ interfaces }) => [interfaces[0]?.vpcId],
      "subnet-id": ({ interfaces }) => [interfaces[0]?.subnetId],
      "availability-zone": ({ interfaces }) => [interfaces[0]?.zone ?? zoneOf(call)],
      "private-ip-address": ({ interfaces }) => [interfaces[0]?.addresses[0]],
      "private-dns-name": (one) => [facts(one).hostname],
      "network-interface.network-interface-id": ({ interfaces }) => interfaces.map(({ id }) => id),
      "network-interface.subnet-id": ({ interfaces }) => interfaces.map(({ subnetId }) => subnetId),
      "network-interface.vpc-id": ({ interfaces }) => interfaces.map(({ vpcId }) => vpcId),
      "network-interface.addresses.private-ip-address": ({ interfaces }) =>
        interfaces.flatMap(({ addresses }) => addresses),
      "network-interface.mac-address": ({ interfaces }) => interfaces.map(({ mac }) => mac),
      "instance.group-id": ({ interfaces }) => interfaces[0]?.groups ?? [],
      architecture: (one) => [architectureOf(facts(one).platform.architecture)],
      platform: (one) => [facts(one).platform.type === "Windows" ? "windows" : undefined],
      "owner-id": () => [call.account],
      "monitoring-state": ({ host }) => [host.document.detailedMonitoring ? "enabled" : "disabled"],
    },
    ({ host }) => host.document.tags,
  );
  const all = hostsOf(deps, call, input.InstanceIds).filter(passes);
  const { items, ...next } = pageOf(all, ({ host }) => host.ref.key, input);
  const names = groupNames(deps, call);
  return {
    Reservations: items.map((seen) => ({
      ReservationId: `r-${seen.host.ref.key.slice(-17)}`,
      OwnerId: call.account,
      Groups: [],
      Instances: [instanceOf(deps, call, seen, names)],
    })),
    ...next,
  };
};

function instanceOf(
  deps: Ec2Deps,
  call: Ec2Call,
  { host, interfaces }: Seen,
  names: ReadonlyMap<string, string>,
): Instance {
  const { ref, document } = host;
  const { hostname, platform, cpus, bootedAt } = deps.fleet.facts(ref, ref.key);
  const [first] = interfaces;
  const architecture = architectureOf(platform.architecture);
  return {
    InstanceId: ref.key,
    State: stateOf(deps, host),
    LaunchTime: new Date(bootedAt || document.registeredAt),
    Monitoring: { State: document.detailedMonitoring ? "enabled" : "disabled" },
    Placement: { AvailabilityZone: first?.zone ?? zoneOf(call), Tenancy: "default" },
    PrivateDnsName: hostname || document.registeredName,
    PrivateIpAddress: first?.addresses[0],
    ...(architecture !== undefined && { Architecture: architecture }),
    ...(platform.type === "Windows" && { Platform: "Windows" as const }),
    PlatformDetails: platform.type === "Windows" ? "Windows" : "Linux/UNIX",
    ...(cpus > 0 && { CpuOptions: { CoreCount: cpus, ThreadsPerCore: 1 } }),
    SubnetId: first?.subnetId,
    VpcId: first?.vpcId,
    IamInstanceProfile: {
      Arn: `arn:aws:iam::${ref.account}:instance-profile/${document.iamRole}`,
      Id: document.iamRole,
    },
    SecurityGroups: (first?.groups ?? []).map((GroupId) => ({ GroupId, GroupName: names.get(GroupId) })),
    NetworkInterfaces: interfaces.map((one) => {
      const {
        AvailabilityZone: _zone,
        InterfaceType,
        TagSet: _tags,
        RequesterManaged: _managed,
        Attachment,
        ...shown
      } = interfaceOutput(deps, call, one, names);
      const { InstanceId: _id, InstanceOwnerId: _owner, ...attachment } = Attachment ?? {};
      return { ...shown, InterfaceType, Attachment: attachment };
    }),
    Tags: tagList(document.tags),
  };
}

const architectureOf = (machine: string): "x86_64" | "arm64" | "i386" | undefined => {
  if (machine === "x64" || machine === "x86_64" || machine === "amd64") return "x86_64";
  if (machine === "arm64" || machine === "aarch64") return "arm64";
  return machine === "ia32" || machine === "i386" || machine === "i686" ? "i386" : undefined;
};

export const describeInstanceStatus: Ec2Operation<"DescribeInstanceStatus"> = async (input, call, deps) => {
  const statusOf = ({ ref }: HostResource) => (deps.fleet.isOnline(ref, ref.key) ? "ok" : "impaired");
  const passes = filterBy<Seen>(
    input.Filters,
    {
      "availability-zone": ({ interfaces }) => [interfaces[0]?.zone ?? zoneOf(call)],
      "instance-state-name": ({ host }) => [stateOf(deps, host).Name],
      "instance-state-code": ({ host }) => [String(stateOf(deps, host).Code)],
      "instance-status.status": ({ host }) => [statusOf(host)],
      "instance-status.reachability": ({ host }) => [statusOf(host) === "ok" ? "passed" : "failed"],
      "system-status.status": ({ host }) => [statusOf(host)],
      "system-status.reachability": ({ host }) => [statusOf(host) === "ok" ? "passed" : "failed"],
    },
    ({ host }) => host.document.tags,
  );
  const all = hostsOf(deps, call, input.InstanceIds)
    .filter(passes)
    .filter(({ host }) => input.IncludeAllInstances === true || stateOf(deps, host).Name === "running");
  const { items, ...next } = pageOf(all, ({ host }) => host.ref.key, input);
  return {
    InstanceStatuses: items.map(({ host, interfaces }) => {
      const ok = statusOf(host) === "ok";
      const since = deps.fleet.presence(host.ref, host.ref.key)?.lastPingAt;
      const summary = {
        Status: ok ? ("ok" as const) : ("impaired" as const),
        Details: [
          {
            Name: "reachability" as const,
            Status: ok ? ("passed" as const) : ("failed" as const),
            ...(!ok && since !== undefined && { ImpairedSince: new Date(since) }),
          },
        ],
      };
      return {
        InstanceId: host.ref.key,
        AvailabilityZone: interfaces[0]?.zone ?? zoneOf(call),
        InstanceState: stateOf(deps, host),
        InstanceStatus: summary,
        SystemStatus: summary,
      };
    }),
    ...next,
  };
};

async function monitor(deps: Ec2Deps, call: Ec2Call, ids: readonly string[], detailed: boolean) {
  chosen(deps.fleet.list(call), ({ ref }) => ref.key, ids, missing);
  for (const id of ids) {
    await deps.fleet.change(call, id, causeOf(call), (host) => ({ ...host, detailedMonitoring: detailed }));
    deps.fleet.assignments.changed(id);
  }
  return ids.map((InstanceId) => ({
    InstanceId,
    Monitoring: { State: detailed ? ("enabled" as const) : ("disabled" as const) },
  }));
}

export const monitorInstances: Ec2Operation<"MonitorInstances"> = async ({ InstanceIds }, call, deps) => ({
  InstanceMonitorings: await monitor(deps, call, InstanceIds, true),
});
export const unmonitorInstances: Ec2Operation<"UnmonitorInstances"> = async ({ InstanceIds }, call, deps) => ({
  InstanceMonitorings: await monitor(deps, call, InstanceIds, false),
});
