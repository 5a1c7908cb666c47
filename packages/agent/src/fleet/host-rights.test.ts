import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeFlowLogsCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DeregisterManagedInstanceCommand,
  DescribeInstanceInformationCommand,
  GetParameterCommand,
  ListCommandInvocationsCommand,
  ListInventoryEntriesCommand,
  PutInventoryCommand,
  PutParameterCommand,
  SendCommandCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { openHouse as openFleetHouse } from "./fleet-house.ts";
import { credentialOf } from "./host-identity.ts";
import { registerHost } from "./register.ts";

const denied = (error: Error): boolean => /AccessDenied|UnauthorizedOperation/.test(`${error.name} ${error.message}`);

/** A server with two hosts, `web-1` and `web-2`, and clients with the key of the first. */
async function openHouse(t: TestContext) {
  const house = await openFleetHouse(t);
  const register = async (computerName: string) =>
    registerHost({
      ...(await house.activate()),
      endpoint: house.server.endpoint,
      region: "us-east-1",
      computerName,
      idPrefix: "mi",
      now: Date.now,
    });
  const [identity, other] = [await register("web-1"), await register("web-2")];
  const { accessKeyId, secret } = credentialOf(identity);
  const asHost = { ...house.client, credentials: { accessKeyId, secretAccessKey: secret } };
  const logs = new CloudWatchLogsClient(asHost);
  const metrics = new CloudWatchClient(asHost);
  const ssm = new SSMClient(asHost);
  const iam = new IAMClient(house.client);
  t.after(() => {
    for (const one of [logs, metrics, ssm, iam]) one.destroy();
  });
  const put = (logStreamName: string, message = "x", logGroupName = "web") =>
    logs.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp: Date.now(), message }] }),
    );
  const datum = (Namespace: string, dimensions: Record<string, string> = {}) =>
    metrics.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          {
            MetricName: "mem",
            Value: 1,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
        ],
      }),
    );
  await logs.send(new CreateLogGroupCommand({ logGroupName: "web" }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: "web", logStreamName: identity.instanceId }));
  return { house, asHost, id: identity.instanceId, other: other.instanceId, logs, metrics, ssm, iam, put, datum };
}

test("a host's key writes streams that begin with its id, and no others", async (t) => {
  const { id, other, logs, put } = await openHouse(t);
  await put(id);
  await logs.send(new CreateLogStreamCommand({ logGroupName: "web", logStreamName: `${id}/http.log` }));
  await put(`${id}/http.log`);
  for (const stream of [other, `${other}/http.log`, "shared", id.slice(0, -1)]) {
    await assert.rejects(logs.send(new CreateLogStreamCommand({ logGroupName: "web", logStreamName: stream })), denied);
    await assert.rejects(put(stream), denied, stream);
  }
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: "g", tags: { team: "x" } })), denied);
});

test("a host's key writes metrics about that host, and sums in the agent's own namespace", async (t) => {
  const { id, other, datum } = await openHouse(t);
  await datum("CWAgent", { InstanceId: id });
  await datum("CWAgent", { host: "web-1", cpu: "cpu0" });
  await datum("CWAgent");
  await datum("CWAgent", { host: "somebody-without-an-agent" });
  await datum("Applications", { InstanceId: id });
  await datum("Applications", { host: "web-1" });
  await datum("AWS/EC2", { InstanceId: id });
  for (const [namespace, dimensions] of [
    ["CWAgent", { InstanceId: other }],
    ["CWAgent", { instance_id: other }],
    ["CWAgent", { host: "web-2" }],
    ["CWAgent", { InstanceId: id, host: "web-2" }],
    ["Applications", {}],
    ["Applications", { service: "shop" }],
    ["WebsiteLogMetrics", {}],
    ["authentication failures", {}],
    ["AWS/EC2", {}],
    ["AWS/EC2", { InstanceId: other }],
    ["AWS/EC2", { host: "web-1" }],
    ["AWS/NATGateway", { NatGatewayId: "nat-00000000000000001" }],
    ["AWS/RDS", { DBInstanceIdentifier: "shop" }],
  ] as const)
    await assert.rejects(datum(namespace, dimensions), denied, `${namespace} ${JSON.stringify(dimensions)}`);
});

test("metrics that a host's log events carry are not AWS's and not another host's", async (t) => {
  const { id, other, put } = await openHouse(t);
  const event = (Namespace: string, dimensions: Record<string, string>) =>
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: "mem" }] }],
      },
      ...dimensions,
      mem: 1,
    });
  await put(id, event("Shop", { service: "cart" }));
  await put(id, event("AWS/EC2", { InstanceId: id }));
  await put(id, "{CloudWatchMetrics but no JSON");
  for (const [namespace, dimensions] of [
    ["AWS/EC2", { InstanceId: other }],
    ["AWS/EC2", {}],
    ["CWAgent", { host: "web-2" }],
    ["Shop", { InstanceId: other }],
  ] as const)
    await assert.rejects(put(id, event(namespace, dimensions)), denied, `${namespace} ${JSON.stringify(dimensions)}`);
});

test("a host's key puts that host's inventory only", async (t) => {
  const { house, id, other, ssm } = await openHouse(t);
  const inventory = (InstanceId: string) =>
    ssm.send(
      new PutInventoryCommand({
        InstanceId,
        Items: [
          {
            TypeName: "AWS:Application",
            SchemaVersion: "1.1",
            CaptureTime: "2026-11-21T06:00:00Z",
            Content: [{ Name: "apache2", Version: "2.4.62" }],
          },
        ],
      }),
    );
  await inventory(id);
  await assert.rejects(inventory(other), denied);
  const { Entries } = await house.ssm.send(
    new ListInventoryEntriesCommand({ InstanceId: other, TypeName: "AWS:Application" }),
  );
  assert.deepEqual(Entries, []);
});

test("a host's key reads nothing and commands nobody", async (t) => {
  const { house, asHost, id, logs, metrics, ssm } = await openHouse(t);
  const [ec2, rds, s3, iam] = [
    new EC2Client(asHost),
    new RDSClient(asHost),
    new S3Client({ ...asHost, forcePathStyle: true }),
    new IAMClient(asHost),
  ];
  t.after(() => {
    for (const one of [ec2, rds, s3, iam]) one.destroy();
  });
  await house.ssm.send(new PutParameterCommand({ Name: "plain", Type: "String", Value: "x" }));
  await house.ssm.send(new PutParameterCommand({ Name: "AmazonCloudWatch-secret", Type: "SecureString", Value: "x" }));
  const time = { startTime: 0, endTime: 1 };
  const attempts: readonly (() => Promise<unknown>)[] = [
    // Not even what it wrote itself.
    () => logs.send(new GetLogEventsCommand({ logGroupName: "web", logStreamName: id })),
    () => logs.send(new FilterLogEventsCommand({ logGroupName: "web" })),
    () => logs.send(new StartQueryCommand({ logGroupName: "web", queryString: "fields @message", ...time })),
    () => logs.send(new DescribeLogGroupsCommand({})),
    () => logs.send(new DeleteLogGroupCommand({ logGroupName: "web" })),
    () => logs.send(new PutRetentionPolicyCommand({ logGroupName: "web", retentionInDays: 1 })),
    () => metrics.send(new ListMetricsCommand({})),
    () =>
      metrics.send(
        new GetMetricDataCommand({
          StartTime: new Date(0),
          EndTime: new Date(1),
          MetricDataQueries: [{ Id: "a", Expression: "1" }],
        }),
      ),
    () => ssm.send(new DescribeInstanceInformationCommand({})),
    () => ssm.send(new ListCommandInvocationsCommand({})),
    () => ssm.send(new GetParameterCommand({ Name: "plain" })),
    () => ssm.send(new GetParameterCommand({ Name: "AmazonCloudWatch-secret", WithDecryption: true })),
    () => ssm.send(new PutParameterCommand({ Name: "AmazonCloudWatch-x", Type: "String", Value: "x" })),
    () =>
      ssm.send(
        new SendCommandCommand({
          DocumentName: "AWS-RunShellScript",
          Parameters: { commands: ["id"] },
          InstanceIds: [id],
        }),
      ),
    () => ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: id })),
    () => ec2.send(new DescribeInstancesCommand({})),
    () => ec2.send(new DescribeFlowLogsCommand({})),
    () => rds.send(new DescribeDBInstancesCommand({})),
    () => s3.send(new ListBucketsCommand({})),
    () => iam.send(new ListUsersCommand({})),
  ];
  for (const attempt of attempts) await assert.rejects(attempt, denied, String(attempt));
});

test("a host's key is worth nothing once the host is deregistered", async (t) => {
  const { house, id, logs, put, datum } = await openHouse(t);
  await put(id);
  await house.ssm.send(new DeregisterManagedInstanceCommand({ InstanceId: id }));
  const unknown = /UnrecognizedClientException|InvalidClientTokenId|security token/i;
  const name = (error: Error) => unknown.test(`${error.name} ${error.message}`);
  await assert.rejects(put(id), name);
  await assert.rejects(datum("CWAgent", { InstanceId: id }), name);
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: "late" })), name);
});

test("a host's role allows what goes beyond the host: other streams, and the retention that its configuration asks for", async (t) => {
  const { logs, iam, put, datum } = await openHouse(t);
  const retain = () => logs.send(new PutRetentionPolicyCommand({ logGroupName: "web", retentionInDays: 30 }));
  await iam.send(
    new CreateRoleCommand({
      RoleName: "hosts",
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}}',
    }),
  );
  await assert.rejects(retain(), denied);
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "hosts",
      PolicyName: "shared",
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:web:log-stream:shared"}}',
    }),
  );
  await logs.send(new CreateLogStreamCommand({ logGroupName: "web", logStreamName: "shared" }));
  await put("shared");
  await assert.rejects(put("other"), denied);
  await assert.rejects(retain(), denied);
  // AWS's own policy for the agent.
  await iam.send(
    new AttachRolePolicyCommand({
      RoleName: "hosts",
      PolicyArn: "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
    }),
  );
  await retain();
  await datum("Applications");
});
