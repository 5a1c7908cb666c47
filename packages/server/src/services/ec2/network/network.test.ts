import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  MonitorInstancesCommand,
} from "@aws-sdk/client-ec2";
import { facts, openHouse } from "../ec2-house.ts";

test("hosts are instances, and their networks subnets of the default VPC", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  const one = await addHost(facts("10.1.1.5"), { Name: "web" });
  await addHost(facts("10.1.1.6"));
  await addHost(facts("10.1.2.7"));
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: "tag:Name", Values: ["w*"] }] }),
  );
  const [instance] = Reservations?.[0]?.Instances ?? [];
  assert.deepEqual(
    [Reservations?.length, instance?.InstanceId, instance?.State?.Name, instance?.PrivateIpAddress],
    [1, one.id, "running", "10.1.1.5"],
  );
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  assert.deepEqual(Subnets?.map(({ CidrBlock }) => CidrBlock).sort(), ["10.1.1.0/24", "10.1.2.0/24"]);
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  assert.deepEqual(
    Vpcs?.map(({ IsDefault, VpcId }) => [IsDefault, VpcId]),
    [[true, instance?.VpcId]],
  );
  const { NetworkInterfaces } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "subnet-id", Values: [instance?.SubnetId ?? ""] }] }),
  );
  assert.equal(NetworkInterfaces?.length, 2);
});

test("a declared subnet takes the hosts that stand in it, and a declared interface the host with its address", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  const host = await addHost(facts("10.20.1.5"));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/16" }));
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: Vpc?.VpcId,
      CidrBlock: "10.20.1.0/24",
      TagSpecifications: [{ ResourceType: "subnet", Tags: [{ Key: "Name", Value: "web" }] }],
    }),
  );
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: Subnet?.SubnetId,
      PrivateIpAddress: "10.20.1.5",
      Description: "front",
    }),
  );
  assert.deepEqual(
    [NetworkInterface?.Status, NetworkInterface?.Attachment?.InstanceId, NetworkInterface?.Description],
    ["in-use", host.id, "front"],
  );
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [host.id] }));
  assert.equal(Reservations?.[0]?.Instances?.[0]?.SubnetId, Subnet?.SubnetId);
  const { Tags } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: "resource-type", Values: ["subnet"] }] }),
  );
  assert.deepEqual(Tags, [{ Key: "Name", Value: "web", ResourceId: Subnet?.SubnetId, ResourceType: "subnet" }]);
  await assert.rejects(ec2.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId ?? "" })), { name: "DependencyViolation" });
});

test("what may not be declared", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  await addHost(facts("10.1.1.5"));
  await assert.rejects(ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/8" })), { name: "InvalidVpc.Range" });
  await assert.rejects(ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.1/16" })), { name: "InvalidParameterValue" });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.20.0.0/16" }));
  const subnet = (CidrBlock: string) => ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock }));
  await subnet("10.20.0.0/24");
  await assert.rejects(subnet("10.20.0.128/25"), { name: "InvalidSubnet.Conflict" });
  await assert.rejects(subnet("10.21.0.0/24"), { name: "InvalidSubnet.Range" });
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
  );
  await assert.rejects(ec2.send(new DeleteSubnetCommand({ SubnetId: Subnets?.[0]?.SubnetId ?? "" })), {
    name: "OperationNotPermitted",
  });
  await assert.rejects(
    ec2.send(new CreateTagsCommand({ Resources: ["vpc-00000000000000000"], Tags: [{ Key: "a", Value: "b" }] })),
    {
      name: "InvalidID",
    },
  );
  await assert.rejects(ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "colour", Values: ["x"] }] })), {
    name: "InvalidParameterValue",
  });
  await assert.rejects(ec2.send(new DescribeVpcsCommand({ DryRun: true })), { name: "DryRunOperation" });
});

test("lists come page by page", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  const ids = [];
  for (let i = 1; i <= 7; i++) ids.push((await addHost(facts(`10.1.1.${i}`))).id);
  const seen: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken }));
    seen.push(...(page.Reservations ?? []).map(({ Instances }) => Instances?.[0]?.InstanceId));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  assert.deepEqual(seen, ids.sort());
});

test("a host that forwards and masquerades is a NAT gateway", async (t) => {
  const { ec2, addHost, fleet } = await openHouse(t);
  const nat = facts("10.1.1.1", {
    interfaces: [
      { name: "in0", mac: "", up: true, addresses: [{ address: "10.1.1.1", prefix: 24 }] },
      { name: "out0", mac: "", up: true, addresses: [{ address: "192.0.2.10", prefix: 24 }] },
    ],
    masquerades: ["out0"],
  });
  const host = await addHost(nat);
  await addHost(facts("10.1.1.5"));
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  assert.deepEqual(
    NatGateways?.map(({ State, NatGatewayAddresses }) => [State, NatGatewayAddresses?.[0]?.PrivateIp]),
    [["available", "192.0.2.10"]],
  );
  const told = fleet.assignments.of(host.find()).nat;
  assert.deepEqual(told, { natGatewayId: NatGateways?.[0]?.NatGatewayId, outside: "out0" });
});

test("detailed monitoring and a lost host's status, which an alarm can watch", async (t) => {
  const { ec2, addHost, clock, fleet, told } = await openHouse(t);
  const host = await addHost(facts("10.1.1.5"));
  await ec2.send(new MonitorInstancesCommand({ InstanceIds: [host.id] }));
  assert.deepEqual(fleet.assignments.of(host.find()).monitoring, { detailed: true });
  const status = async () =>
    (await ec2.send(new DescribeInstanceStatusCommand({}))).InstanceStatuses?.[0]?.InstanceStatus?.Status;
  assert.equal(await status(), "ok");
  await clock.advance(299_000);
  assert.deepEqual(told, [], "one that speaks tells its own");
  await clock.advance(1_000);
  assert.equal(await status(), "impaired");
  assert.deepEqual(
    told,
    ["StatusCheckFailed", "StatusCheckFailed_Instance", "StatusCheckFailed_System"].map(
      (name) => `${name} ${host.id} 1`,
    ),
  );
});
