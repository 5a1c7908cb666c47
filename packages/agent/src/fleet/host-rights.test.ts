import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetParameterCommand, PutParameterCommand, SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { openHouse } from "./fleet-house.ts";
import { credentialOf } from "./host-identity.ts";

const denied = (error: Error): boolean => /AccessDenied|UnauthorizedOperation/.test(error.name);

test("who has a host's key can write that host's data and do nothing else, unless its role says so", async (t) => {
  const house = await openHouse(t);
  const identity = await house.register();
  const { accessKeyId, secret } = credentialOf(identity);
  const asHost = { ...house.client, credentials: { accessKeyId, secretAccessKey: secret } };
  const [logs, metrics, ec2, ssm] = [
    new CloudWatchLogsClient(asHost),
    new CloudWatchClient(asHost),
    new EC2Client(asHost),
    new SSMClient(asHost),
  ];
  const iam = new IAMClient(house.client);
  t.after(() => {
    for (const one of [logs, metrics, ec2, ssm, iam]) one.destroy();
  });
  const logGroupName = "web";
  const put = (logStreamName: string) =>
    logs.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ timestamp: Date.now(), message: "x" }] }),
    );

  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: `${identity.instanceId}/http.log` }));
  await put(`${identity.instanceId}/http.log`);
  const datum = (InstanceId: string, Namespace = "CWAgent") =>
    metrics.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          {
            MetricName: "mem",
            Value: 1,
            Dimensions: InstanceId === "" ? [] : [{ Name: "InstanceId", Value: InstanceId }],
          },
        ],
      }),
    );
  await datum(identity.instanceId);
  await datum(identity.instanceId, "AWS/EC2");
  await datum("");

  await assert.rejects(put("mi-00000000000000001/http.log"), denied);
  await assert.rejects(logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "shared" })), denied);
  await assert.rejects(datum("mi-00000000000000001"), denied);
  await assert.rejects(datum("", "AWS/EC2"), denied);
  await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName })), denied);
  await assert.rejects(logs.send(new DeleteLogGroupCommand({ logGroupName })), denied);
  await assert.rejects(ec2.send(new DescribeInstancesCommand({})), denied);
  await assert.rejects(
    ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        Parameters: { commands: ["id"] },
        InstanceIds: [identity.instanceId],
      }),
    ),
    denied,
  );
  await house.ssm.send(new PutParameterCommand({ Name: "AmazonCloudWatch-secret", Type: "SecureString", Value: "x" }));
  await assert.rejects(
    ssm.send(new GetParameterCommand({ Name: "AmazonCloudWatch-secret", WithDecryption: true })),
    denied,
  );

  await iam.send(
    new CreateRoleCommand({
      RoleName: "hosts",
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}}',
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "hosts",
      PolicyName: "shared",
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:web:log-stream:shared"}}',
    }),
  );
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "shared" }));
  await put("shared");
  await assert.rejects(put("other"), denied);
});
