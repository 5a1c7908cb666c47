import ipaddr from "ipaddr.js";
import { causeOf } from "../commit.ts";
import { newId } from "../ids.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, notThere, refuse } from "../operation.ts";
import { groupsOf } from "../security-groups/group.ts";
import { dropTags, tagsAtCreation } from "../tags/tags.ts";
import { type Cidr, contains, holds, overlap, readCidr } from "./cidr.ts";
import {
  type DeclaredInterface,
  type DeclaredSubnet,
  type DeclaredVpc,
  interfaceRef,
  subnetRef,
  vpcRef,
} from "./declared.ts";
import { groupNames, interfaceOutput, subnetOutput, vpcOutput } from "./describe-network.ts";
import { networkOfScope, type Subnet, type Vpc, zoneOf } from "./seen.ts";

/** Declared networks of each kind in an account and region: each call looks at all of them. */
const MAX_DECLARED = 1_000;

function requireCidr(text: string | undefined, code: string): Cidr {
  const cidr = readCidr(text ?? "");
  if (cidr === undefined)
    throw refuse(
      "InvalidParameterValue",
      `Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  if (cidr.version !== 4 || cidr.prefix < 16 || cidr.prefix > 28)
    throw refuse(code, `The CIDR '${text}' is invalid. It must be between a /16 and a /28.`);
  return cidr;
}

function changed({ fleet }: Ec2Deps): void {
  fleet.assignments.changed();
}

export const createVpc: Ec2Operation<"CreateVpc"> = async (input, call, deps) => {
  const cidr = requireCidr(input.CidrBlock, "InvalidVpc.Range");
  checkNumber(networkOfScope(deps, call).vpcs.length, "VpcLimitExceeded");
  const id = newId("vpc");
  const document: DeclaredVpc = { cidr: cidr.text, createdAt: deps.clock.now() };
  await deps.state.commit({
    cause: causeOf(call),
    changes: [
      { put: vpcRef(call, id), document, expect: "absent" },
      ...tagsAtCreation(call, id, "vpc", input.TagSpecifications),
    ],
  });
  return { Vpc: vpcOutput(deps, call, { id, cidrs: [cidr.text], seen: false }) };
};

export const deleteVpc: Ec2Operation<"DeleteVpc"> = async ({ VpcId }, call, deps) => {
  const { subnets } = networkOfScope(deps, call);
  requireDeclared(deps, call, VpcId, vpcRef, "InvalidVpcID.NotFound", "vpc");
  const groups = groupsOf(deps, call).filter(({ vpcId, seen }) => vpcId === VpcId && !seen);
  if (subnets.some(({ vpcId }) => vpcId === VpcId) || groups.length > 0)
    throw refuse("DependencyViolation", `The vpc '${VpcId}' has dependencies and cannot be deleted.`);
  await remove(deps, call, VpcId, vpcRef);
  return {};
};

export const createSubnet: Ec2Operation<"CreateSubnet"> = async (input, call, deps) => {
  const { vpcs, subnets, interfaces } = networkOfScope(deps, call);
  const vpc = requireVpc(vpcs, input.VpcId);
  const cidr = requireCidr(input.CidrBlock, "InvalidSubnet.Range");
  if (!vpc.seen && !vpc.cidrs.some((text) => holds(requireCidr(text, "InvalidVpc.Range"), cidr)))
    throw refuse("InvalidSubnet.Range", `The CIDR '${cidr.text}' is invalid.`);
  if (subnets.some((other) => other.vpcId === vpc.id && !other.seen && overlap(other.cidr, cidr.text)))
    throw refuse("InvalidSubnet.Conflict", `The CIDR '${cidr.text}' conflicts with another subnet`);
  checkNumber(subnets.length, "SubnetLimitExceeded");
  const zone = input.AvailabilityZone ?? zoneOf(call);
  if (!new RegExp(`^${call.region}[a-z]$`).test(zone))
    throw refuse("InvalidParameterValue", `Value (${zone}) for parameter availabilityZone is invalid.`);
  const id = newId("subnet");
  const document: DeclaredSubnet = { vpcId: vpc.id, cidr: cidr.text, zone, createdAt: deps.clock.now() };
  await deps.state.commit({
    cause: causeOf(call),
    changes: [
      { put: subnetRef(call, id), document, expect: "absent" },
      ...tagsAtCreation(call, id, "subnet", input.TagSpecifications),
    ],
  });
  changed(deps);
  const subnet: Subnet = { id, vpcId: vpc.id, cidr: cidr.text, zone, seen: false };
  return { Subnet: subnetOutput(deps, call, subnet, interfaces) };
};

export const deleteSubnet: Ec2Operation<"DeleteSubnet"> = async ({ SubnetId }, call, deps) => {
  requireDeclared(deps, call, SubnetId, subnetRef, "InvalidSubnetID.NotFound", "subnet");
  // Interfaces of hosts go back to the subnet that is seen; declared ones have nowhere to go.
  const declared = networkOfScope(deps, call).interfaces.filter(
    ({ subnetId, id }) => subnetId === SubnetId && deps.state.get(interfaceRef(call, id)) !== undefined,
  );
  if (declared.length > 0)
    throw refuse("DependencyViolation", `The subnet '${SubnetId}' has dependencies and cannot be deleted.`);
  await remove(deps, call, SubnetId, subnetRef);
  return {};
};

export const createNetworkInterface: Ec2Operation<"CreateNetworkInterface"> = async (input, call, deps) => {
  const { subnets, interfaces } = networkOfScope(deps, call);
  const subnet = subnets.find(({ id }) => id === input.SubnetId);
  if (subnet === undefined) throw notThere("InvalidSubnetID.NotFound", "subnet", [input.SubnetId ?? ""]);
  const address =
    input.PrivateIpAddress ??
    freeAddress(
      subnet,
      interfaces.flatMap(({ addresses }) => addresses),
    );
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) || !contains(subnet.cidr, address))
    throw refuse("InvalidParameterValue", `Address ${address} does not fall within the subnet's address range`);
  // A host may have the address already: then the interface is that host's from now on.
  if (
    interfaces.some(
      (one) =>
        one.subnetId === subnet.id &&
        deps.state.get(interfaceRef(call, one.id)) !== undefined &&
        one.addresses.includes(address),
    )
  )
    throw refuse("InvalidIPAddress.InUse", `Address ${address} is in use.`);
  const known = groupNames(deps, call);
  const groups = input.Groups ?? [];
  const stranger = groups.find((id) => !known.has(id));
  if (stranger !== undefined) throw refuse("InvalidGroup.NotFound", `The security group '${stranger}' does not exist`);
  checkNumber(interfaces.length, "NetworkInterfaceLimitExceeded");
  const id = newId("eni");
  const document: DeclaredInterface = {
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    address,
    groups,
    description: input.Description ?? "",
    createdAt: deps.clock.now(),
  };
  await deps.state.commit({
    cause: causeOf(call),
    changes: [
      { put: interfaceRef(call, id), document, expect: "absent" },
      ...tagsAtCreation(call, id, "network-interface", input.TagSpecifications),
    ],
  });
  changed(deps);
  const made = networkOfScope(deps, call).interfaces.find((one) => one.id === id);
  return made === undefined ? {} : { NetworkInterface: interfaceOutput(deps, call, made, known) };
};

export const deleteNetworkInterface: Ec2Operation<"DeleteNetworkInterface"> = async (
  { NetworkInterfaceId },
  call,
  deps,
) => {
  requireDeclared(
    deps,
    call,
    NetworkInterfaceId,
    interfaceRef,
    "InvalidNetworkInterfaceID.NotFound",
    "networkInterface",
  );
  await remove(deps, call, NetworkInterfaceId, interfaceRef);
  return {};
};

function requireVpc(vpcs: readonly Vpc[], id: string | undefined): Vpc {
  const found = vpcs.find((vpc) => vpc.id === id);
  if (found === undefined) throw notThere("InvalidVpcID.NotFound", "vpc", [id ?? ""]);
  return found;
}

/** What hosts report can't be deleted: it would be there again at once. */
function requireDeclared(
  deps: Ec2Deps,
  call: Ec2Call,
  id: string | undefined,
  refOf: typeof vpcRef,
  code: string,
  what: string,
): void {
  if (id !== undefined && deps.state.get(refOf(call, id)) !== undefined) return;
  const { vpcs, subnets, interfaces } = networkOfScope(deps, call);
  if ([...vpcs, ...subnets, ...interfaces].some((one) => one.id === id))
    throw refuse("OperationNotPermitted", `${id} is reported by a host of the fleet and can not be deleted.`);
  throw notThere(code, what, [id ?? ""]);
}

async function remove(deps: Ec2Deps, call: Ec2Call, id: string | undefined, refOf: typeof vpcRef): Promise<void> {
  if (id === undefined) return;
  await deps.state.commit({
    cause: causeOf(call),
    changes: [{ remove: refOf(call, id), expect: "any" }, dropTags(call, id)],
  });
  changed(deps);
}

function checkNumber(count: number, code: string): void {
  if (count >= MAX_DECLARED) throw refuse(code, `There are ${count} already, and ${MAX_DECLARED} may be.`);
}

/** The first address that nobody has, after the four that AWS keeps at a subnet's beginning. */
function freeAddress(subnet: Subnet, taken: readonly string[]): string {
  const used = new Set(taken);
  const [base, bits] = ipaddr.IPv4.parseCIDR(subnet.cidr);
  const first = base.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  for (let offset = 4; offset < 2 ** (32 - bits) - 1; offset++) {
    const value = first + offset;
    const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
    if (!used.has(address)) return address;
  }
  throw refuse("InsufficientFreeAddressesInSubnet", `The subnet '${subnet.id}' has no free addresses.`);
}
