import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { DescribeNatGatewaysCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateBucketCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { openHouse } from "../fleet-house.ts";
import { openLabNetwork, whyNoMachines } from "./machine.ts";
import { confirmedTopic, openMailbox } from "./mail.ts";
import { joinFleet } from "./member.ts";
import { eventually } from "./parts.ts";

// Walkthrough "watching a database server", section 3: what goes out through a NAT gateway, an alarm on it, and its mail.

/** Why it can't be played here; undefined when it can. */
export const whyNoNatGateway = (): string | undefined => whyNoMachines();

const ALARM = "NAT gateway outgoing traffic alarm";
const SAMPLE_BYTES = 2_300_000;

export async function watchNatGateway(t: TestContext): Promise<void> {
  const net = openLabNetwork(t, [1], [3]);
  const mailbox = await openMailbox(t);
  const house = await openHouse(t, `${net.serverAddress}:0`, {
    NEPHOSCOPE_SMTP_URL: mailbox.url,
    NEPHOSCOPE_MAIL_FROM: "alarms@example.org",
  });
  const [metrics, ec2, s3] = [
    new CloudWatchClient(house.client),
    new EC2Client(house.client),
    new S3Client({ ...house.client, forcePathStyle: true }),
  ];
  t.after(() => {
    for (const one of [metrics, ec2, s3]) one.destroy();
  });
  const gateway = await net.gateway("nat-1", [3, 1], [1, 5]);
  const database = await net.machine("database", 3, 20);
  // Without the translation nobody outside knows a way back.
  const before = await database.end("", "curl", "--silent", "--max-time", "1", house.server.endpoint);
  assert.notEqual(before.code, 0);
  const rules =
    'table inet owner {\n  chain post {\n    type nat hook postrouting priority 100; policy accept;\n    oifname "outside" masquerade\n  }\n}\n';
  const { code, errorOutput } = await gateway.end(rules, "nft", "-f", "-");
  assert.equal(code, 0, errorOutput);
  const { id } = await joinFleet(t, house, gateway);
  const TopicArn = await confirmedTopic(house.client, mailbox, "CloudWatch_alarm_notifications");

  const [natGateway] = await eventually("a NAT gateway", async () => {
    const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
    return NatGateways.length === 1 && NatGateways;
  });
  const [metric] = await eventually("the gateway's metric", async () => {
    const { Metrics = [] } = await metrics.send(
      new ListMetricsCommand({ Namespace: "AWS/NATGateway", MetricName: "BytesOutToDestination" }),
    );
    return Metrics.length > 0 && Metrics;
  });
  assert.deepEqual(metric?.Dimensions, [{ Name: "NatGatewayId", Value: natGateway?.NatGatewayId }]);

  await metrics.send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM,
      Namespace: metric?.Namespace,
      MetricName: metric?.MetricName,
      Dimensions: metric?.Dimensions,
      Statistic: "Sum",
      Period: 900,
      EvaluationPeriods: 1,
      Threshold: 2_000_000,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [TopicArn],
    }),
  );
  const state = async () =>
    (await metrics.send(new DescribeAlarmsCommand({ AlarmNames: [ALARM] }))).MetricAlarms?.[0]?.StateValue;
  assert.notEqual(await state(), "ALARM");

  const Bucket = "sample-bucket";
  await s3.send(new CreateBucketCommand({ Bucket }));
  await database.run("sh", "-c", `head -c ${SAMPLE_BYTES} /dev/urandom > /home/SampleData.zip`);
  await database.run(
    ...[
      "env",
      `AWS_ENDPOINT_URL=${house.server.endpoint}`,
      `AWS_ACCESS_KEY_ID=${house.client.credentials.accessKeyId}`,
      `AWS_SECRET_ACCESS_KEY=${house.client.credentials.secretAccessKey}`,
      "AWS_DEFAULT_REGION=us-east-1",
      "AWS_CONFIG_FILE=/dev/null",
    ],
    ...["aws", "s3", "cp", "/home/SampleData.zip", `s3://${Bucket}/SampleData.zip`],
  );
  const uploaded = Date.now();
  const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key: "SampleData.zip" }));
  assert.equal(ContentLength, SAMPLE_BYTES);

  const mail = await mailbox.mailWith(/^ALARM: /, 120);
  t.diagnostic(`${Math.round((Date.now() - uploaded) / 1_000)} s from the upload's end to the mail in its box`);
  assert.equal(await state(), "ALARM");
  assert.equal(mail.subject, `ALARM: "${ALARM}" in US East (N. Virginia)`);
  const text = mail.text ?? "";
  assert.match(text, /State Change: +(OK|INSUFFICIENT_DATA) -> ALARM/);
  assert.match(text, /Threshold Crossed: 1 .*datapoints? \[2[\d.E]+ .*greater than the threshold \(2000000\.0\)/);
  assert.match(text, /AWS\/NATGateway/);
  assert.match(text, /BytesOutToDestination/);
  assert.ok(text.includes(natGateway?.NatGatewayId ?? "none"));
  const { AlarmHistoryItems = [] } = await metrics.send(
    new DescribeAlarmHistoryCommand({ AlarmName: ALARM, HistoryItemType: "StateUpdate" }),
  );
  assert.match(AlarmHistoryItems[0]?.HistorySummary ?? "", /^Alarm updated from (OK|INSUFFICIENT_DATA) to ALARM$/);
  const { Datapoints = [] } = await metrics.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/NATGateway",
      MetricName: "BytesOutToDestination",
      Dimensions: metric?.Dimensions,
      StartTime: new Date(Date.now() - 1_800_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 900,
      Statistics: ["Sum"],
    }),
  );
  const sum = Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  // The gateway collects nothing yet, and is an instance all the same.
  await eventually("metrics of the instance", async () => {
    const { Metrics = [] } = await metrics.send(
      new ListMetricsCommand({ Namespace: "AWS/EC2", MetricName: "StatusCheckFailed" }),
    );
    return Metrics.length === 1 && Metrics[0]?.Dimensions?.[0]?.Value === id;
  });
  // The file, and what headers of packets and of the request add.
  assert.ok(sum > SAMPLE_BYTES && sum < SAMPLE_BYTES * 1.2, `${sum} bytes`);
}
