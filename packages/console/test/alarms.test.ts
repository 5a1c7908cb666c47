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

test("a composite alarm is written with completion, tells why, and is changed", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/alarms");
  for (const name of ["disk", "load"])
    await page.getByRole("checkbox", { name: `Choose ${name}` }).click({ force: true });
  await page.getByRole("button", { name: "Create composite alarm" }).click();
  const rule = page.getByRole("textbox", { name: /^Rule/ });
  await page.getByText("because of disk").waitFor();
  await rule.press("Control+End");
  await rule.pressSequentially(" AND NOT");
  await page.getByText("This is no rule").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page
    .getByText(/Expected ALARM, OK/)
    .first()
    .waitFor();
  await rule.press("Control+End");
  await rule.pressSequentially(" INSUFF");
  await page.getByRole("option", { name: /^INSUFFICIENT_DATA/ }).click();
  // A name in its quotes, with the state that it has.
  await page.getByRole("option", { name: /^"disk"In alarm/ }).waitFor();
  await rule.pressSequentially("lo");
  await page.getByRole("option", { name: /^"load"/ }).click();
  await page.getByText('ALARM("disk") OR ALARM("load") AND NOT INSUFFICIENT_DATA("load")').first().waitFor();
  await page.getByText(/^The rule is true/).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  await assertAccessible(page);
  await page.getByRole("button", { name: /^Suppressor alarm/ }).click();
  await page.getByRole("option", { name: "load" }).click();
  await page.getByLabel("Wait period").fill("60");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Alarm name").fill("either (of two)");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Create composite alarm" }).click();
  await page.getByRole("heading", { name: "either (of two)", level: 1 }).waitFor();
  const states = page.getByRole("table", { name: /^States of either/ });
  await states
    .getByRole("row")
    .filter({ hasText: "disk" })
    .getByText(/In alarm from/)
    .waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByText("because of disk").waitFor();
  const { CompositeAlarms = [] } = await monitoring.send(
    new DescribeAlarmsCommand({ AlarmNames: ["either (of two)"], AlarmTypes: ["CompositeAlarm"] }),
  );
  assert.deepEqual(
    [
      CompositeAlarms[0]?.AlarmRule,
      CompositeAlarms[0]?.ActionsSuppressor,
      CompositeAlarms[0]?.ActionsSuppressorWaitPeriod,
    ],
    ['ALARM("disk") OR\nALARM("load") AND NOT INSUFFICIENT_DATA("load")', "load", 60],
  );
  assert.deepEqual(complaints, []);
});

test("an alarm watches math, or the band around it, and both come back into the wizard", options, async (t) => {
  const now = Math.floor(Date.now() / 300_000) * 300_000;
  for (const [MetricName, height] of [
    ["Errors", 5],
    ["Calls", 100],
  ] as const)
    await monitoring.send(
      new PutMetricDataCommand({
        Namespace: "Shop",
        MetricData: Array.from({ length: 144 }, (_, index) => ({
          MetricName,
          Timestamp: new Date(now - index * 300_000),
          Value: height + Math.sin(index / 9),
        })),
      }),
    );
  const { page, go, complaints } = await openPage(t, server);
  await go("/alarms/create/metric");
  await page.getByRole("button", { name: "Math on metrics" }).click();
  for (let tries = 0; tries < 40 && !(await page.getByRole("link", { name: "Shop" }).isVisible()); tries++) {
    await page.reload();
    await page.getByRole("button", { name: "Math on metrics" }).click();
    await page.waitForTimeout(500);
  }
  await page.getByRole("link", { name: "Shop" }).click();
  await page.getByRole("link", { name: "Metrics with no dimensions" }).click();
  for (const name of ["Errors", "Calls"]) await page.getByRole("checkbox", { name }).click({ force: true });
  await page.getByRole("button", { name: "Add math" }).click();
  const expression = page.getByRole("textbox", { name: "Expression of e1" });
  await expression.fill("100 * m1 / m3");
  await expression.press("Enter");
  await page.getByText("No row has the id m3").waitFor();
  await expression.fill("100 * m1 / m2");
  await expression.press("Enter");
  await page.getByRole("textbox", { name: "Label of e1" }).fill("errors in %");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  const preview = page.getByRole("slider", { name: "Metric and threshold" });
  await page.getByText(/errors in %: .* at last/).waitFor({ state: "attached" });
  await page.getByRole("textbox", { name: "Threshold" }).fill("4");
  await page.getByText("Line at 4: errors in % > 4.").waitFor({ state: "attached" });
  await page.getByRole("radio", { name: /^Anomaly detection/ }).check({ force: true });
  await page.getByText(/Expected: from .* to .* at last/).waitFor({ state: "attached" });
  await preview.waitFor();
  await assertAccessible(page);
  if (process.env.NEPHOSCOPE_SHOTS)
    await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/band.png`, fullPage: true });
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Alarm name").fill("errors are odd");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("outside of a band of 2 standard deviations").waitFor();
  await page.getByRole("button", { name: "Create alarm" }).click();
  await page.getByRole("heading", { name: "errors are odd", level: 1 }).waitFor();
  await page.getByText(/Expected: from/).waitFor({ state: "attached" });
  const { MetricAlarms = [] } = await monitoring.send(new DescribeAlarmsCommand({ AlarmNames: ["errors are odd"] }));
  assert.deepEqual(
    MetricAlarms[0]?.Metrics?.map(({ Id, Expression, ReturnData }) => [Id, Expression, ReturnData]),
    [
      ["m1", undefined, false],
      ["m2", undefined, false],
      ["e1", "100 * m1 / m2", true],
      ["ad1", "ANOMALY_DETECTION_BAND(e1, 2)", true],
    ],
  );
  await page.getByRole("button", { name: "Edit" }).click();
  assert.equal(await page.getByRole("radio", { name: /^Anomaly detection/ }).isChecked(), true);
  await page.getByRole("button", { name: "Previous" }).click();
  assert.equal(await expression.inputValue(), "100 * m1 / m2");
  assert.deepEqual(complaints, []);
});

test("an alarm may be called what a page is", options, async (t) => {
  await monitoring.send(
    new PutMetricAlarmCommand({
      AlarmName: "create",
      Namespace: "N",
      MetricName: "m",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  const { page, go } = await openPage(t, server);
  await go("/alarms");
  await page.getByRole("link", { name: "create", exact: true }).click();
  await page.getByRole("heading", { name: "create", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("The alarm create was deleted").waitFor();
});

for (const { name, ...view } of [
  { name: "narrow and dark", width: 390, height: 844, dark: true },
  { name: "narrow", width: 390, height: 844 },
  { name: "wide and dark", dark: true },
])
  test(`pages of alarms are right and accessible: ${name}`, options, async (t) => {
    const { page, go, complaints } = await openPage(t, server, view);
    for (const path of [
      "/alarms",
      "/alarms/disk",
      "/alarms/both",
      "/alarms/errors%20are%20odd",
      "/alarms/errors%20are%20odd/edit",
      "/alarms/create/metric",
      "/alarms/create/composite?alarm=disk",
    ]) {
      await go(path);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForLoadState("networkidle");
      await assertAccessible(page);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wider <= 0, `${path} is ${wider} pixels too wide`);
    }
    assert.deepEqual(complaints, []);
  });
