import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  MonitorInstancesCommand,
  UnmonitorInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { counters, type Namespace, openNamespaces, oracle, whyNoNamespaces } from "../flows/namespaces.ts";
import { readDetailedMonitoring } from "./detailed-monitoring.ts";
import { eventually, openHouse } from "./fleet-house.ts";
import { writeHostIdentity } from "./host-identity.ts";

const skip = whyNoNamespaces() ?? false;

/**
 * The server's side of a cable into a namespace, so that the agent there reaches the server: gives the address to listen on. Other runs on this
 * machine have other names and addresses.
 */
function cable(t: TestContext, space: Namespace): string {
  const device = `nsm${randomBytes(4).toString("hex")}`;
  const net = `10.${randomInt(100, 200)}.${randomInt(0, 250)}`;
  const [here, there] = [`${net}.1/24`, `${net}.2/24`];
  execFileSync("ip", ["link", "add", device, "type", "veth", "peer", "name", "mgmt", "netns", space.name]);
  t.after(() => {
    try {
      execFileSync("ip", ["link", "del", device], { stdio: "ignore" });
    } catch {
      // It went with its namespace.
    }
  });
  execFileSync("ip", ["addr", "add", here, "dev", device]);
  execFileSync("ip", ["link", "set", device, "up"]);
  space.run("ip", "addr", "add", there, "dev", "mgmt");
  space.run("ip", "link", "set", "mgmt", "up");
  return `${net}.1:0`;
}

/** An agent in a namespace, for a host that is registered here. */
async function startInside(
  t: TestContext,
  house: Awaited<ReturnType<typeof openHouse>>,
  space: Namespace,
  permissions: object = {},
) {
  const identityFile = join(house.folder, "host.json");
  const identity = await house.register();
  await writeHostIdentity(identityFile, identity);
  const permissionsFile = join(house.folder, "fleet.json");
  writeFileSync(permissionsFile, JSON.stringify(permissions));
  const agent = space.start(process.execPath, [
    fileURLToPath(new URL("./agent-child.ts", import.meta.url)),
    identityFile,
    join(house.folder, "agent"),
    permissionsFile,
  ]);
  t.after(() => agent.kill("SIGKILL"));
  const told: string[] = [];
  agent.stdout?.on("data", (text: Buffer) => told.push(text.toString()));
  const end = async () => {
    const ended = new Promise((resolve) => agent.once("close", resolve));
    agent.stdin?.end();
    await ended;
  };
  return { id: identity.instanceId, home: join(house.folder, "agent"), told, end };
}

test("flow logs of a real host: from the API's call to records that agree with packet counters", {
  skip,
}, async (t) => {
  const { make, join: connect } = openNamespaces(t);
  const [client, host] = [make("c"), make("h")];
  connect(client, "c0", "10.77.1.1/24", host, "eth0", "10.77.1.2/24");
  const listen = cable(t, host);
  client.nft(
    oracle([
      { protocol: "tcp", port: 8080 },
      { protocol: "tcp", port: 4306 },
    ]),
  );
  host.nft(
    "table inet owner {\n  chain in {\n    type filter hook input priority 0; policy accept;\n    tcp dport 4306 drop\n  }\n}\n",
  );
  const house = await openHouse(t, listen);
  const [ec2, iam, logs] = [
    new EC2Client(house.client),
    new IAMClient(house.client),
    new CloudWatchLogsClient(house.client),
  ];
  t.after(() => {
    for (const one of [ec2, iam, logs]) one.destroy();
  });
  const { told, end } = await startInside(t, house, host);

  const { Subnets = [] } = await eventually(
    () => ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: "cidr-block", Values: ["10.77.1.0/24"] }] })),
    ({ Subnets: list = [] }) => list.length === 1,
  );
  const [subnet] = Subnets;
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "subnet-id", Values: [subnet?.SubnetId ?? ""] }] }),
  );
  const eni = NetworkInterfaces[0]?.NetworkInterfaceId ?? "";

  await logs.send(new CreateLogGroupCommand({ logGroupName: "VPCFlowLogGroup" }));
  const trust = (service: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
  const role = async (name: string, service: string) =>
    (await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(service) }))).Role?.Arn ??
    "";
  const flowLog = (DeliverLogsPermissionArn: string) =>
    ec2.send(
      new CreateFlowLogsCommand({
        ResourceType: "Subnet",
        ResourceIds: [subnet?.SubnetId ?? ""],
        TrafficType: "ALL",
        LogGroupName: "VPCFlowLogGroup",
        DeliverLogsPermissionArn,
        MaxAggregationInterval: 60,
      }),
    );
  await assert.rejects(
    flowLog(await role("OtherRole", "lambda.amazonaws.com")),
    /Unable to assume given IAM role: its trust policy/,
  );
  const arn = await role("VPCFlowLogsRole", "vpc-flow-logs.amazonaws.com");
  await assert.rejects(flowLog(arn), /Unable to assume given IAM role: .*logs:CreateLogStream/);
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "VPCFlowLogsRole",
      PolicyName: "publish",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: "*",
          },
        ],
      }),
    }),
  );
  await flowLog(arn);
  // The agent's table is there once it records.
  await eventually(
    async () => host.run("nft", "list", "tables"),
    (tables) => tables.includes("nephoscope_flows"),
  );
  const server = host.start("python3", [
    "-c",
    "import socket\ns=socket.socket();s.bind(('10.77.1.2',8080));s.listen(64)\nprint('ready',flush=True)\nwhile True:\n c,_=s.accept();c.recv(9999);c.sendall(b'x'*30000);c.close()",
  ]);
  t.after(() => server.kill("SIGKILL"));
  await new Promise((resolve) => server.stdout?.once("data", resolve));
  // Not in the same moment in which the window began.
  client.run(
    "python3",
    "-c",
    "import socket,time\ntime.sleep(1.5)\nfor i in range(10):\n s=socket.create_connection(('10.77.1.2',8080));s.sendall(b'hello')\n while s.recv(65536): pass\n s.close()\ns=socket.socket();s.settimeout(1.3)\ntry: s.connect(('10.77.1.2',4306))\nexcept OSError: pass\n",
  );
  await end();

  const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
  assert.deepEqual(
    [FlowLogs[0]?.DeliverLogsStatus, FlowLogs[0]?.DeliverLogsErrorMessage],
    ["SUCCESS", undefined],
    told.join(""),
  );
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: "VPCFlowLogGroup", logStreamNames: [`${eni}-all`], limit: 10_000 }),
  );
  const records = events.map(({ message = "" }) => message.split(" "));
  assert.ok(records.every((fields) => fields.length === 14 && fields[0] === "2" && fields[2] === eni));
  const sum = (action: string, side: "in" | "out", port: string) =>
    records
      .filter((fields) => fields[12] === action && fields[side === "in" ? 6 : 5] === port)
      .reduce(
        (total, fields) => ({ packets: total.packets + Number(fields[8]), bytes: total.bytes + Number(fields[9]) }),
        { packets: 0, bytes: 0 },
      );
  const seen = counters(client);
  const of = (name: string) => ({ packets: seen.get(name)?.packets, bytes: seen.get(name)?.bytes });
  assert.deepEqual(sum("ACCEPT", "in", "8080"), of("tcp8080out"));
  assert.deepEqual(sum("ACCEPT", "out", "8080"), of("tcp8080in"));
  assert.deepEqual(sum("REJECT", "in", "4306"), of("tcp4306out"));
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  assert.deepEqual(NatGateways, []);
});

test("a forwarding host is a NAT gateway whose metrics are the traffic that it translated", { skip }, async (t) => {
  const { make, join: connect } = openNamespaces(t);
  const [client, gateway, server] = [make("c"), make("g"), make("s")];
  connect(client, "c0", "10.77.1.2/24", gateway, "g0", "10.77.1.1/24");
  connect(gateway, "g1", "10.77.2.1/24", server, "s0", "10.77.2.2/24");
  const listen = cable(t, gateway);
  client.run("ip", "route", "add", "default", "via", "10.77.1.1");
  gateway.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
  gateway.nft(
    'table inet owner {\n  chain post {\n    type nat hook postrouting priority 100; policy accept;\n    oifname "g1" masquerade\n  }\n}\n',
  );
  client.nft(oracle([{ protocol: "tcp", port: 8080 }]));
  const house = await openHouse(t, listen);
  const [ec2, metrics] = [new EC2Client(house.client), new CloudWatchClient(house.client)];
  t.after(() => {
    ec2.destroy();
    metrics.destroy();
  });
  const { told, end } = await startInside(t, house, gateway);
  const { NatGateways = [] } = await eventually(
    () => ec2.send(new DescribeNatGatewaysCommand({})),
    ({ NatGateways: list = [] }) => list.length === 1,
  );
  await eventually(
    async () => gateway.run("nft", "list", "tables"),
    (tables) => tables.includes("nephoscope_flows"),
  );
  const listener = server.start("python3", [
    "-c",
    "import socket\ns=socket.socket();s.bind(('10.77.2.2',8080));s.listen(64)\nprint('ready',flush=True)\nwhile True:\n c,_=s.accept()\n while c.recv(65536): pass\n c.close()",
  ]);
  t.after(() => listener.kill("SIGKILL"));
  await new Promise((resolve) => listener.stdout?.once("data", resolve));
  // As much as the upload of the walkthrough: 2.3 MB.
  client.run(
    "python3",
    "-c",
    "import socket\ns=socket.create_connection(('10.77.2.2',8080));s.sendall(b'x'*2300000);s.shutdown(1);s.recv(1);s.close()",
  );
  await end();
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/NATGateway",
        MetricName,
        Dimensions: [{ Name: "NatGatewayId", Value: NatGateways[0]?.NatGatewayId }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 900,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const seen = counters(client);
  assert.ok((seen.get("tcp8080out")?.bytes ?? 0) > 2_300_000);
  assert.deepEqual(
    [await sum("BytesOutToDestination"), await sum("PacketsInFromDestination"), await sum("ConnectionAttemptCount")],
    [seen.get("tcp8080out")?.bytes, seen.get("tcp8080in")?.packets, 1],
    told.join(""),
  );
});

test("flows are not recorded where the owner does not allow it, whatever flow logs there are", { skip }, async (t) => {
  const { make, join: connect } = openNamespaces(t);
  const [client, host] = [make("c"), make("h")];
  connect(client, "c0", "10.77.1.1/24", host, "eth0", "10.77.1.2/24");
  const house = await openHouse(t, cable(t, host));
  const ec2 = new EC2Client(house.client);
  t.after(() => ec2.destroy());
  const { id, home, told, end } = await startInside(t, house, host, { recordFlows: false });
  const { NetworkInterfaces = [] } = await eventually(
    () => ec2.send(new DescribeNetworkInterfacesCommand({})),
    ({ NetworkInterfaces: list = [] }) => list.length > 0,
  );
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "NetworkInterface",
      ResourceIds: NetworkInterfaces.map(({ NetworkInterfaceId = "" }) => NetworkInterfaceId),
      TrafficType: "ALL",
      LogDestinationType: "s3",
      LogDestination: "arn:aws:s3:::flows",
      MaxAggregationInterval: 60,
    }),
  );
  // What it is told later is done later: then the flow log was looked at.
  const detailed = (wanted: boolean) =>
    eventually(
      async () => readDetailedMonitoring(home),
      (is) => is === wanted,
    );
  await ec2.send(new MonitorInstancesCommand({ InstanceIds: [id] }));
  await detailed(true);
  await ec2.send(new UnmonitorInstancesCommand({ InstanceIds: [id] }));
  await detailed(false);
  assert.ok(!host.run("nft", "list", "tables").includes("nephoscope_flows"));
  assert.doesNotMatch(told.join(""), /could not be done/);
  await end();
});
