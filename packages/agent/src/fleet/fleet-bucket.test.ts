import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  CreateFlowLogsCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { FleetChannel } from "./channel.ts";
import { openHouse } from "./fleet-house.ts";

test("flow records reach a bucket whose policy lets AWS's delivery service write, and no other", async (t) => {
  const house = await openHouse(t);
  const [ec2, s3] = [new EC2Client(house.client), new S3Client({ ...house.client, forcePathStyle: true })];
  const channel = new FleetChannel(await house.register(), Date.now);
  t.after(() => {
    channel.close();
    ec2.destroy();
    s3.destroy();
  });
  const facts = {
    hostname: "web-1",
    interfaces: [
      { name: "eth0", mac: "02:00:00:00:00:01", up: true, addresses: [{ address: "10.9.0.5", prefix: 24 }] },
    ],
  };
  await channel.heartbeat({ agentVersion: "1.0.0", shellScripts: false, facts });
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  const eni = NetworkInterfaces[0]?.NetworkInterfaceId ?? "";
  await s3.send(new CreateBucketCommand({ Bucket: "flow-bucket" }));
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "NetworkInterface",
      ResourceIds: [eni],
      TrafficType: "ALL",
      LogDestinationType: "s3",
      LogDestination: "arn:aws:s3:::flow-bucket",
      MaxAggregationInterval: 60,
    }),
  );
  const flow = {
    source: "10.9.0.9",
    destination: "10.9.0.5",
    sourcePort: 40000,
    destinationPort: 22,
    protocol: 6,
    packets: 3,
    bytes: 180,
    start: 1_795_210_000,
    end: 1_795_210_059,
    action: "REJECT",
    direction: "ingress",
  };
  const put = (id: string) =>
    channel.putFlows([
      { id, interfaceId: eni, interval: 60, start: 1_795_210_000, end: 1_795_210_060, flows: [flow], skipped: false },
    ]);
  const status = async () => {
    const [log] = (await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs ?? [];
    return [log?.DeliverLogsStatus, log?.DeliverLogsErrorMessage];
  };
  await put("a");
  assert.deepEqual(await status(), ["FAILED", "Access error"]);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::flow-bucket/AWSLogs/123456789012/*",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:*" },
        },
      },
    ],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket: "flow-bucket", Policy }));
  await put("b");
  // The answer was lost, and the host sends again.
  await put("b");
  assert.deepEqual(await status(), ["SUCCESS", undefined]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "flow-bucket" }));
  assert.equal(Contents.length, 1);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "flow-bucket", Key: Contents[0]?.Key }));
  const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
  assert.equal(
    text.split("\n")[1],
    `2 123456789012 ${eni} 10.9.0.9 10.9.0.5 40000 22 6 3 180 1795210000 1795210059 REJECT OK`,
  );
});
