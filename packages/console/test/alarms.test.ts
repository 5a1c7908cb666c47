import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { PutMetricFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { AUTH_FAILURE, putLines } from "./sample.ts";

const options = { skip: noBrowser };
const NAME = "database server authentication failures";
let server: ConsoleServer;
let monitoring: CloudWatchClient;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(async () => void (await end?.())) });
  monitoring = new CloudWatchClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
});
after(async () => {
  for (const end of ends) await end();
});

test(
  "an alarm is made from a metric filter's card with a new topic, and the banner tells of the subscription",
  options,
  async (t) => {
    await putLines(server, "database_server_security_logs", "i-0db", ["quiet"]);
    await server.logs.send(
      new PutMetricFilterCommand({
        logGroupName: "database_server_security_logs",
        filterName: NAME,
        filterPattern: '"authentication failure"',
        metricTransformations: [
          { metricName: NAME, metricNamespace: "authentication failures", metricValue: "1", defaultValue: 0 },
        ],
      }),
    );
    await putLines(server, "database_server_security_logs", "i-0db", [1, 2, 3, 4].map(AUTH_FAILURE));
    const { page, go, complaints } = await openPage(t, server);
    await go("/logs/groups/database_server_security_logs?tab=filters");
    await page.getByRole("checkbox", { name: /Choose database server/ }).click({ force: true });
    await page.getByRole("button", { name: "Create alarm" }).click();
    await page.getByRole("button", { name: /^Statistic/ }).click();
    await page.getByRole("option", { name: "Sum", exact: true }).click();
    await page.getByRole("textbox", { name: "Threshold" }).fill("2");
    await page.getByRole("button", { name: /^Missing data treatment/ }).click();
    await page.getByRole("option", { name: /not breaching/ }).click();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Add notification" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Choose a topic for each notification").waitFor();
    await page.getByRole("radio", { name: "Create new topic" }).click({ force: true });
    await page.getByLabel("E-mail endpoints").fill("ops@example.com");
    await assertAccessible(page);
    await page.getByRole("button", { name: "Create topic" }).click();
    await page.getByRole("button").filter({ hasText: "CloudWatch_alarm_notifications" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Alarm name").fill(`${NAME} alarm`);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("> 2 for 1 out of 1 datapoints").waitFor();
    await page.getByRole("button", { name: "Create alarm" }).click();
    await page.getByText("Some subscriptions are pending confirmation").first().waitFor();
    await page.getByRole("heading", { name: `${NAME} alarm`, level: 1 }).waitFor();
    await page.getByRole("slider", { name: /Graph of/ }).waitFor();
    await assertAccessible(page);
    const { MetricAlarms = [] } = await monitoring.send(new DescribeAlarmsCommand({}));
    const [alarm] = MetricAlarms;
    assert.deepEqual(
      [
        alarm?.AlarmName,
        alarm?.Statistic,
        alarm?.Period,
        alarm?.Threshold,
        alarm?.ComparisonOperator,
        alarm?.TreatMissingData,
        alarm?.AlarmActions,
      ],
      [
        `${NAME} alarm`,
        "Sum",
        300,
        2,
        "GreaterThanThreshold",
        "notBreaching",
        ["arn:aws:sns:us-east-1:123456789012:CloudWatch_alarm_notifications"],
      ],
    );
    // Four failures are more than two.
    await page.getByText(/updated from .* to ALARM/).waitFor({ timeout: 150_000 });
    if (process.env.NEPHOSCOPE_SHOTS)
      await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/alarm.png`, fullPage: true });
    await go("/topics/CloudWatch_alarm_notifications");
    await page.getByText("Pending confirmation").waitFor();
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  },
);

test(
  "an alarm on a gateway's traffic is made from the list: namespace, set of dimensions, search",
  options,
  async (t) => {
    await monitoring.send(
      new PutMetricDataCommand({
        Namespace: "AWS/NATGateway",
        MetricData: ["BytesOutToDestination", "BytesInFromSource"].map((MetricName) => ({
          MetricName,
          Dimensions: [{ Name: "NatGatewayId", Value: "nat-0123" }],
          Value: 2_300_000,
        })),
      }),
    );
    const { page, go, complaints } = await openPage(t, server);
    await go("/alarms");
    await page.getByRole("button", { name: "Create alarm" }).first().click();
    for (let tries = 0; tries < 40 && !(await page.getByRole("link", { name: "NATGateway" }).isVisible()); tries++) {
      await page.reload();
      await page.getByText("Select metric").first().waitFor();
      await page.waitForTimeout(500);
    }
    await page.getByRole("link", { name: "NATGateway" }).click();
    await page.getByRole("link", { name: "NAT Gateway Metrics" }).click();
    await page.getByLabel("Search metrics").fill("BytesOutToDestination");
    await page.getByRole("radio", { name: "BytesOutToDestination" }).click({ force: true });
    await assertAccessible(page);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: /^Statistic/ }).click();
    await page.getByRole("option", { name: "Sum", exact: true }).click();
    await page.getByRole("button", { name: /^Period/ }).click();
    await page.getByRole("option", { name: "15 minutes" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("The threshold is a number").waitFor();
    await page.getByRole("textbox", { name: "Threshold" }).fill("2000000");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Alarm name").fill("NAT gateway outgoing traffic alarm");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Create alarm" }).click();
    await page.getByRole("heading", { name: "NAT gateway outgoing traffic alarm", level: 1 }).waitFor();
    await page.getByText("In alarm").first().waitFor({ timeout: 150_000 });
    assert.deepEqual(complaints, []);
  },
);

test("alarms are found by state, and a composite one says why its rule is what it is", options, async (t) => {
  for (const [AlarmName, StateValue] of [
    ["disk", "ALARM"],
    ["load", "OK"],
  ] as const) {
    await monitoring.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "N",
        MetricName: AlarmName,
        Statistic: "Sum",
        Period: 3_600,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "ignore",
      }),
    );
    await monitoring.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "test" }));
  }
  await monitoring.send(new PutCompositeAlarmCommand({ AlarmName: "both", AlarmRule: "ALARM(disk) AND ALARM(load)" }));
  const { page, go, complaints } = await openPage(t, server);
  await go("/alarms?state=ALARM");
  await page.getByRole("link", { name: "disk" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "load" }).count(), 0);
  await page.getByRole("button", { name: /^State/ }).click();
  await page.getByRole("option", { name: "Any state" }).click();
  await page.getByRole("link", { name: "load" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "both" }).click();
  await page.getByText("because of load").waitFor();
  await assertAccessible(page);
  if (process.env.NEPHOSCOPE_SHOTS)
    await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/composite.png`, fullPage: true });
  assert.deepEqual(complaints, []);
});

test("pages of alarms and topics are right at 390 pixels and in the dark", options, async (t) => {
  const { page, go } = await openPage(t, server, { width: 390, height: 844, dark: true });
  for (const path of [
    "/alarms",
    "/alarms/disk",
    "/alarms/create/metric",
    "/topics",
    "/topics/CloudWatch_alarm_notifications",
  ]) {
    await go(path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await assertAccessible(page);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wider <= 0, `${path} is ${wider} pixels too wide`);
  }
});
