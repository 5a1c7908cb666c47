import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsCommandInput,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { WireFailure } from "@nephoscope/wire";
import type { Flow, FlowBatch } from "../../../platform/fleet/flow-records.ts";
import { facts, openHouse, ROLE } from "../ec2-house.ts";

const plain = (ResourceIds: string[], more: Partial<CreateFlowLogsCommandInput> = {}) =>
  new CreateFlowLogsCommand({
    ResourceType: "Subnet",
    ResourceIds,
    TrafficType: "ALL",
    LogGroupName: "VPCFlowLogGroup",
    DeliverLogsPermissionArn: ROLE,
    ...more,
  });

const flow = (more: Partial<Flow> = {}): Flow => ({
  source: "172.31.16.139",
  destination: "172.31.16.21",
  sourcePort: 20641,
  destinationPort: 22,
  protocol: 6,
  packets: 20,
  bytes: 4249,
  start: 1418530010,
  end: 1418530070,
  action: "ACCEPT",
  direction: "ingress",
  packetSource: "172.31.16.139",
  packetDestination: "172.31.16.21",
  tcpFlags: undefined,
  ...more,
});

const batch = (interfaceId: string, flows: Flow[], more: Partial<FlowBatch> = {}): FlowBatch => ({
  id: "batch-1",
  interfaceId,
  interval: 600,
  start: 1418530010,
  end: 1418530610,
  flows,
  skipped: false,
  continued: false,
  elsewhere: [],
  ...more,
});

const format = (...names: string[]) => names.map((name) => `\${${name}}`).join(" ");

/** One host in one subnet, and all that its flow logs write. */
async function house(t: Parameters<typeof openHouse>[0], refusing?: () => Error | undefined) {
  const written: { service: string; operation: string; input: Record<string, unknown> }[] = [];
  const open = await openHouse(t, async (_from, service, operation, input) => {
    const refusal = refusing?.();
    if (refusal !== undefined) throw refusal;
    written.push({ service, operation, input: { ...input } });
    return {};
  });
  const host = await open.addHost(facts("172.31.16.21"));
  const { Subnets } = await open.ec2.send(new DescribeSubnetsCommand({}));
  const { NetworkInterfaces } = await open.ec2.send(new DescribeNetworkInterfacesCommand({}));
  return {
    ...open,
    host,
    written,
    subnet: Subnets?.[0]?.SubnetId ?? "",
    vpc: Subnets?.[0]?.VpcId ?? "",
    eni: NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "",
    messages: () =>
      written.flatMap(({ input }) =>
        Array.isArray(input.logEvents) ? input.logEvents.map((event: { message: string }) => event.message) : [],
      ),
  };
}

test("a flow log on a subnet covers its interface, which shows it as inherited, and tells its host", async (t) => {
  const { ec2, subnet, eni, fleet, host } = await house(t);
  const { FlowLogIds = [], Unsuccessful } = await ec2.send(plain([subnet, "subnet-00000000000000000"]));
  assert.equal(FlowLogIds.length, 1);
  assert.deepEqual(
    Unsuccessful?.map(({ ResourceId, Error: error }) => [ResourceId, error?.Code]),
    [["subnet-00000000000000000", "InvalidSubnetId.NotFound"]],
  );
  const { FlowLogs } = await ec2.send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: "network-interface-id", Values: [eni] }] }),
  );
  assert.deepEqual(
    FlowLogs?.map(({ ResourceId, TrafficType, MaxAggregationInterval, DeliverLogsStatus }) => [
      ResourceId,
      TrafficType,
      MaxAggregationInterval,
      DeliverLogsStatus,
    ]),
    [[subnet, "ALL", 600, "SUCCESS"]],
  );
  const told = () => fleet.assignments.of(host.find()).flows;
  assert.deepEqual(told(), { interfaces: [{ id: eni, name: "eth0", intervals: [600] }] });
  const again = await ec2.send(plain([subnet]));
  assert.equal(again.Unsuccessful?.[0]?.Error?.Code, "FlowLogAlreadyExists");
  await ec2.send(new DeleteFlowLogsCommand({ FlowLogIds }));
  assert.equal(told(), undefined);
});

test("records are AWS's, in the interface's stream", async (t) => {
  const { ec2, subnet, eni, fleet, host, written, messages } = await house(t);
  await ec2.send(plain([subnet]));
  await fleet.flowRecords.deliver(host.find(), [
    batch(eni, [flow(), flow({ action: "REJECT", destinationPort: 4306 })]),
  ]);
  assert.deepEqual(messages(), [
    `2 123456789012 ${eni} 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK`,
    `2 123456789012 ${eni} 172.31.16.139 172.31.16.21 20641 4306 6 20 4249 1418530010 1418530070 REJECT OK`,
  ]);
  assert.deepEqual(
    [written[0]?.operation, written[0]?.input.logGroupName, written[0]?.input.logStreamName],
    ["PutLogEvents", "VPCFlowLogGroup", `${eni}-all`],
  );
});

test("an interval without traffic, and one that lost some", async (t) => {
  const { ec2, vpc, eni, fleet, host, messages } = await house(t);
  await ec2.send(plain([vpc], { ResourceType: "VPC", TrafficType: "REJECT" }));
  await fleet.flowRecords.deliver(host.find(), [batch(eni, [flow()]), batch(eni, [], { id: "2", skipped: true })]);
  const nothing = (status: string) => `2 123456789012 ${eni} - - - - - - - 1418530010 1418530610 - ${status}`;
  assert.deepEqual(messages(), [nothing("NODATA"), nothing("SKIPDATA")]);
});

test("an interval that comes in parts says once that it had none, and only if no part had any", async (t) => {
  const { ec2, vpc, eni, fleet, host, messages } = await house(t);
  await ec2.send(plain([vpc], { ResourceType: "VPC", TrafficType: "REJECT" }));
  const parts = (elsewhere: Flow["action"][], ...each: Flow[][]) =>
    fleet.flowRecords.deliver(
      host.find(),
      each.map((flows, index) => batch(eni, flows, { id: `p${elsewhere}-${index}`, continued: index > 0, elsewhere })),
    );
  await parts(["ACCEPT"], [flow()], [flow()]);
  assert.match(messages().join(), /^[^,]*NODATA$/);
  await parts(["ACCEPT", "REJECT"], [flow()], [flow({ action: "REJECT" })]);
  assert.deepEqual(
    messages().map((message) => message.split(" ").at(-1)),
    ["NODATA", "OK"],
  );
});

test("a format of one's own has the version of its newest field", async (t) => {
  const { ec2, eni, fleet, host, subnet, messages } = await house(t);
  const LogFormat = format("version", "instance-id", "flow-direction", "tcp-flags", "type", "az-id", "traffic-path");
  await ec2.send(plain([eni], { ResourceType: "NetworkInterface", LogFormat, MaxAggregationInterval: 60 }));
  await fleet.flowRecords.deliver(host.find(), [batch(eni, [flow()], { interval: 60 })]);
  assert.deepEqual(messages(), [`5 ${host.id} ingress - IPv4 use1-az1 -`]);
  await assert.rejects(ec2.send(plain([subnet], { LogFormat: format("version", "colour") })), {
    name: "InvalidParameter",
  });
});

test("a bucket gets files under AWS's names", async (t) => {
  const { ec2, eni, fleet, host, subnet, written } = await house(t);
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "Subnet",
      ResourceIds: [subnet],
      TrafficType: "ALL",
      LogDestinationType: "s3",
      LogDestination: "arn:aws:s3:::flow-bucket/team/",
    }),
  );
  await fleet.flowRecords.deliver(host.find(), [batch(eni, [flow()])]);
  const { Bucket, Key, Body } = written[0]?.input ?? {};
  assert.equal(Bucket, "flow-bucket");
  assert.match(
    String(Key),
    /^team\/AWSLogs\/123456789012\/vpcflowlogs\/us-east-1\/2014\/12\/14\/123456789012_vpcflowlogs_us-east-1_fl-[0-9a-f]{17}_20141214T0416Z_[0-9a-f]{8}\.log\.gz$/,
  );
  const chunks: Buffer[] = [];
  if (typeof Body === "object" && Body !== null && Symbol.asyncIterator in Body)
    for await (const chunk of Body as AsyncIterable<Buffer>) chunks.push(chunk);
  const [header, record] = gunzipSync(Buffer.concat(chunks)).toString().split("\n");
  assert.match(header ?? "", /^version account-id interface-id srcaddr/);
  assert.match(record ?? "", /ACCEPT OK$/);
});

test("a bucket's files are partitioned as asked for", async (t) => {
  const { ec2, eni, fleet, host, subnet, written } = await house(t);
  const create = (LogDestination: string, HiveCompatiblePartitions: boolean, PerHourPartition: boolean) =>
    ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: "Subnet",
        ResourceIds: [subnet],
        TrafficType: "ALL",
        LogDestinationType: "s3",
        LogDestination,
        DestinationOptions: { FileFormat: "plain-text", HiveCompatiblePartitions, PerHourPartition },
      }),
    );
  await create("arn:aws:s3:::by-hour", false, true);
  await create("arn:aws:s3:::hive", true, false);
  await create("arn:aws:s3:::hive-by-hour/x/y", true, true);
  await fleet.flowRecords.deliver(host.find(), [batch(eni, [flow()])]);
  const folders = Object.fromEntries(
    written.map(({ input: { Bucket, Key } }) => [Bucket, String(Key).slice(0, String(Key).lastIndexOf("/"))]),
  );
  const hive =
    "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2014/month=12/day=14";
  assert.deepEqual(folders, {
    "by-hour": "AWSLogs/123456789012/vpcflowlogs/us-east-1/2014/12/14/04",
    hive,
    "hive-by-hour": `x/y/${hive}/hour=04`,
  });
});

test("each field of versions 2 to 5 that a host can know", async (t) => {
  const { ec2, eni, fleet, host, vpc, subnet, messages } = await house(t);
  const known: Readonly<Record<string, string>> = {
    version: "5",
    "account-id": "123456789012",
    "interface-id": eni,
    srcaddr: "172.31.16.139",
    dstaddr: "172.31.16.21",
    srcport: "20641",
    dstport: "22",
    protocol: "6",
    packets: "20",
    bytes: "4249",
    start: "1418530010",
    end: "1418530070",
    action: "ACCEPT",
    "log-status": "OK",
    "vpc-id": vpc,
    "subnet-id": subnet,
    "instance-id": host.id,
    type: "IPv4",
    "pkt-srcaddr": "10.0.0.9",
    "pkt-dstaddr": "172.31.16.21",
    region: "us-east-1",
    "az-id": "use1-az1",
    "flow-direction": "ingress",
    // What a host does not know.
    "tcp-flags": "-",
    "sublocation-type": "-",
    "sublocation-id": "-",
    "pkt-src-aws-service": "-",
    "pkt-dst-aws-service": "-",
    "traffic-path": "-",
  };
  await ec2.send(plain([subnet], { LogFormat: format(...Object.keys(known)) }));
  await fleet.flowRecords.deliver(host.find(), [batch(eni, [flow({ packetSource: "10.0.0.9" })])]);
  assert.deepEqual(messages(), [Object.values(known).join(" ")]);
});

test("a role that may not, and other wrong requests, are refused at once", async (t) => {
  const { ec2, subnet } = await house(t);
  const refused = (more: Partial<CreateFlowLogsCommandInput>, name: string) =>
    assert.rejects(ec2.send(plain([subnet], more)), { name });
  await assert.rejects(
    ec2.send(plain([subnet], { DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/other" })),
    {
      name: "InvalidParameterValue",
      message: /Unable to assume given IAM role: .*other does not exist/,
    },
  );
  await refused({ DeliverLogsPermissionArn: undefined }, "InvalidParameter");
  await refused({ LogGroupName: undefined }, "InvalidParameter");
  await refused({ MaxAggregationInterval: 30 }, "InvalidParameter");
  await refused({ ResourceType: "VPC" }, "InvalidParameter");
  await refused({ LogDestinationType: "kinesis-data-firehose" }, "InvalidParameter");
});

test("the same request again makes no second flow log", async (t) => {
  const { ec2, subnet } = await house(t);
  const first = await ec2.send(plain([subnet], { ClientToken: "once" }));
  const second = await ec2.send(plain([subnet], { ClientToken: "once" }));
  assert.deepEqual(second.FlowLogIds, first.FlowLogIds);
});

test("a destination that refuses makes the flow log fail; one that is away is the host's to try again", async (t) => {
  let refusal: Error | undefined = new WireFailure("AccessDeniedException", "no");
  const { ec2, subnet, eni, fleet, host } = await house(t, () => refusal);
  await ec2.send(plain([subnet]));
  const status = async () => {
    const [log] = (await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs ?? [];
    return [log?.DeliverLogsStatus, log?.DeliverLogsErrorMessage];
  };
  const send = () => fleet.flowRecords.deliver(host.find(), [batch(eni, [flow()])]);
  await send();
  assert.deepEqual(await status(), ["FAILED", "Access error"]);
  refusal = new WireFailure("ServiceUnavailableException", "restarting", { status: 503 });
  await assert.rejects(send());
  refusal = undefined;
  await send();
  assert.deepEqual(await status(), ["SUCCESS", undefined]);
});

test("a host that says it has another's address does not get the interface that was declared for it", async (t) => {
  const { ec2, fleet, addHost, host, messages } = await house(t);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "172.31.0.0/16" }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "172.31.16.0/24" }));
  const { NetworkInterface } = await ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: Subnet?.SubnetId, PrivateIpAddress: "172.31.16.21" }),
  );
  const declared = NetworkInterface?.NetworkInterfaceId ?? "";
  await ec2.send(plain([declared], { ResourceType: "NetworkInterface" }));
  await fleet.flowRecords.deliver(host.find(), [batch(declared, [flow()])]);
  assert.equal(messages().length, 1, "it is the first host's");
  const thief = await addHost(facts("172.31.16.21"));
  await fleet.flowRecords.deliver(thief.find(), [batch(declared, [flow()], { id: "2" })]);
  assert.equal(messages().length, 1);
});

test("a host writes nothing about another host's interface", async (t) => {
  const { ec2, subnet, fleet, addHost, eni, messages } = await house(t);
  await ec2.send(plain([subnet]));
  const other = await addHost(facts("172.31.16.99"));
  await fleet.flowRecords.deliver(other.find(), [batch(eni, [flow()])]);
  assert.deepEqual(messages(), []);
});
