import { filterBy } from "../filters.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, type Ec2Output, notThere } from "../operation.ts";
import { chosen, pageOf } from "../pages.ts";
import { groupsOf } from "../security-groups/group.ts";
import { tagList, tagsOf } from "../tags/tags.ts";
import { type Interface, networkOfScope, type Subnet, type Vpc, zoneIdOf } from "./seen.ts";

export const describeVpcs: Ec2Operation<"DescribeVpcs"> = async (input, call, deps) => {
  const all = chosen(
    networkOfScope(deps, call).vpcs,
    ({ id }) => id,
    input.VpcIds,
    (ids) => notThere("InvalidVpcID.NotFound", "vpc", ids),
  );
  const passes = filterBy<Vpc>(
    input.Filters,
    {
      "vpc-id": ({ id }) => [id],
      cidr: ({ cidrs }) => [cidrs[0]],
      "cidr-block": ({ cidrs }) => [cidrs[0]],
      "cidr-block-association.cidr-block": ({ cidrs }) => cidrs,
      "is-default": ({ seen }) => [String(seen)],
      isDefault: ({ seen }) => [String(seen)],
      "owner-id": () => [call.account],
      state: () => ["available"],
    },
    ({ id }) => tagsOf(deps, call, id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ id }) => id, input);
  return { Vpcs: items.map((vpc) => vpcOutput(deps, call, vpc)), ...next };
};

type VpcOutput = NonNullable<Ec2Output<"DescribeVpcs">["Vpcs"]>[number];

export function vpcOutput(deps: Ec2Deps, call: Ec2Call, { id, cidrs, seen }: Vpc): VpcOutput {
  return {
    VpcId: id,
    CidrBlock: cidrs[0],
    CidrBlockAssociationSet: cidrs.map((CidrBlock, index) => ({
      AssociationId: `vpc-cidr-assoc-${id.slice("vpc-".length, -2)}${index.toString(16).padStart(2, "0")}`,
      CidrBlock,
      CidrBlockState: { State: "associated" as const },
    })),
    DhcpOptionsId: "default",
    InstanceTenancy: "default",
    IsDefault: seen,
    OwnerId: call.account,
    State: "available",
    Tags: tagList(tagsOf(deps, call, id)),
  };
}

export const describeSubnets: Ec2Operation<"DescribeSubnets"> = async (input, call, deps) => {
  const { subnets, interfaces } = networkOfScope(deps, call);
  const all = chosen(
    subnets,
    ({ id }) => id,
    input.SubnetIds,
    (ids) => notThere("InvalidSubnetID.NotFound", "subnet", ids),
  );
  const passes = filterBy<Subnet>(
    input.Filters,
    {
      "subnet-id": ({ id }) => [id],
      "vpc-id": ({ vpcId }) => [vpcId],
      cidr: ({ cidr }) => [cidr],
      "cidr-block": ({ cidr }) => [cidr],
      cidrBlock: ({ cidr }) => [cidr],
      "availability-zone": ({ zone }) => [zone],
      availabilityZone: ({ zone }) => [zone],
      "availability-zone-id": ({ zone }) => [zoneIdOf(zone)],
      "default-for-az": ({ seen }) => [String(seen)],
      "owner-id": () => [call.account],
      state: () => ["available"],
    },
    ({ id }) => tagsOf(deps, call, id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ id }) => id, input);
  return { Subnets: items.map((subnet) => subnetOutput(deps, call, subnet, interfaces)), ...next };
};

type SubnetOutput = NonNullable<Ec2Output<"DescribeSubnets">["Subnets"]>[number];

/** AWS keeps five addresses of a subnet for itself (VPC user guide, "Subnet CIDR blocks"). */
const RESERVED = 5;

export function subnetOutput(
  deps: Ec2Deps,
  call: Ec2Call,
  subnet: Subnet,
  interfaces: readonly Interface[],
): SubnetOutput {
  const { id, vpcId, cidr, zone, seen } = subnet;
  const used = interfaces.filter(({ subnetId }) => subnetId === id).length;
  const bits = Number(cidr.split("/")[1]);
  return {
    SubnetId: id,
    SubnetArn: `arn:aws:ec2:${call.region}:${call.account}:subnet/${id}`,
    VpcId: vpcId,
    CidrBlock: cidr,
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneIdOf(zone),
    AvailableIpAddressCount: cidr.includes(":") ? 0 : Math.max(0, 2 ** (32 - bits) - RESERVED - used),
    DefaultForAz: seen,
    MapPublicIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    OwnerId: call.account,
    State: "available",
    Tags: tagList(tagsOf(deps, call, id)),
  };
}

export const describeNetworkInterfaces: Ec2Operation<"DescribeNetworkInterfaces"> = async (input, call, deps) => {
  const all = chosen(
    networkOfScope(deps, call).interfaces,
    ({ id }) => id,
    input.NetworkInterfaceIds,
    (ids) => notThere("InvalidNetworkInterfaceID.NotFound", "networkInterface", ids),
  );
  const passes = filterBy<Interface>(
    input.Filters,
    {
      "network-interface-id": ({ id }) => [id],
      "subnet-id": ({ subnetId }) => [subnetId],
      "vpc-id": ({ vpcId }) => [vpcId],
      "attachment.instance-id": ({ hostId }) => [hostId],
      "attachment.status": ({ hostId }) => [hostId === undefined ? undefined : "attached"],
      "attachment.device-index": ({ hostId, index }) => [hostId === undefined ? undefined : String(index)],
      "addresses.private-ip-address": ({ addresses }) => addresses,
      "private-ip-address": ({ addresses }) => addresses.slice(0, 1),
      "ipv6-addresses.ipv6-address": ({ addresses6 }) => addresses6,
      "availability-zone": ({ zone }) => [zone],
      description: ({ description }) => [description],
      "group-id": ({ groups }) => groups,
      "interface-type": () => ["interface"],
      "mac-address": ({ mac }) => [mac],
      "owner-id": () => [call.account],
      status: ({ hostId }) => [hostId === undefined ? "available" : "in-use"],
    },
    ({ id }) => tagsOf(deps, call, id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ id }) => id, input);
  const names = groupNames(deps, call);
  return { NetworkInterfaces: items.map((one) => interfaceOutput(deps, call, one, names)), ...next };
};

export const groupNames = (deps: Ec2Deps, call: Ec2Call): ReadonlyMap<string, string> =>
  new Map(groupsOf(deps, call).map(({ id, name }) => [id, name]));

type InterfaceOutput = NonNullable<Ec2Output<"DescribeNetworkInterfaces">["NetworkInterfaces"]>[number];

export function interfaceOutput(
  deps: Ec2Deps,
  call: Ec2Call,
  one: Interface,
  names: ReadonlyMap<string, string>,
): InterfaceOutput {
  const { hostId } = one;
  return {
    NetworkInterfaceId: one.id,
    SubnetId: one.subnetId,
    VpcId: one.vpcId,
    AvailabilityZone: one.zone,
    Description: one.description,
    InterfaceType: "interface",
    MacAddress: one.mac,
    OwnerId: call.account,
    PrivateDnsName: hostId === undefined ? undefined : deps.fleet.facts(call, hostId).hostname,
    PrivateIpAddress: one.addresses[0],
    PrivateIpAddresses: one.addresses.map((PrivateIpAddress, index) => ({ PrivateIpAddress, Primary: index === 0 })),
    Ipv6Addresses: one.addresses6.map((Ipv6Address) => ({ Ipv6Address })),
    Groups: one.groups.map((GroupId) => ({ GroupId, GroupName: names.get(GroupId) })),
    RequesterManaged: false,
    // A host that forwards takes packets that are not for it.
    SourceDestCheck: hostId === undefined || deps.fleet.facts(call, hostId).masquerades.length === 0,
    Status: hostId === undefined ? "available" : "in-use",
    ...(hostId !== undefined && {
      Attachment: {
        AttachmentId: `eni-attach-${one.id.slice("eni-".length)}`,
        DeleteOnTermination: true,
        DeviceIndex: one.index,
        InstanceId: hostId,
        InstanceOwnerId: call.account,
        Status: "attached" as const,
      },
    }),
    TagSet: tagList(tagsOf(deps, call, one.id)),
  };
}
