import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { PutMetricFilterCommand, PutSubscriptionFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { pages } from "../src/pages.ts";
import { seriousFindings } from "./axe.ts";
import { ACCOUNT, type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { ssmClient, startHost } from "./fleet-data.ts";
import { accessLines, writeLines } from "./insights-data.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
/** The values of the `:name` parts of pages' paths. */
let values: Readonly<Record<string, string>>;
let stranger: { readonly accessKeyId: string; readonly secretAccessKey: string };
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  const ending = { after: (end: () => Promise<void>) => void ends.push(end) };
  server = await startConsole(ending);
  const { endpoint, logs } = server;
  const client = { endpoint, region: REGION, credentials: KEY };
  const group = "/shop/a-log-group-with-a-long-name/which-tables-and-headings-have-to-bear";
  await writeLines(logs, { group, stream: "i-1/http.log" }, accessLines(60), { endMs: Date.now() - 1_000, stepMs: 10 });
  const sqs = new SQSClient(client);
  await sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  await logs.send(
    new PutSubscriptionFilterCommand({
      logGroupName: group,
      filterName: "errors",
      filterPattern: "404",
      destinationArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:work`,
    }),
  );
  const metric = { metricName: "errors", metricNamespace: "Shop", metricValue: "1" };
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: group,
      filterName: "errors",
      filterPattern: "[host, ident, user, time, request, status=404, size]",
      metricTransformations: [metric],
    }),
  );
  const monitoring = new CloudWatchClient(client);
  await monitoring.send(
    new PutMetricDataCommand({ Namespace: "Shop", MetricData: [{ MetricName: "errors", Value: 1 }] }),
  );
  await monitoring.send(
    new PutMetricAlarmCommand({
      AlarmName: "errors of the shop",
      Namespace: "Shop",
      MetricName: "errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  await monitoring.send(
    new PutCompositeAlarmCommand({ AlarmName: "the whole shop", AlarmRule: 'ALARM("errors of the shop")' }),
  );
  const widget = { type: "text", x: 0, y: 0, width: 12, height: 3, properties: { markdown: "# Shop" } };
  await monitoring.send(
    new PutDashboardCommand({ DashboardName: "shop", DashboardBody: JSON.stringify({ widgets: [widget] }) }),
  );
  const sns = new SNSClient(client);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "alerts" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ann@example.org" }));
  const { id: host } = await startHost(ending, endpoint, { name: "web-1", tags: { Role: "web" } });
  const ssm = ssmClient(endpoint);
  await ssm.send(new PutParameterCommand({ Name: "ConfigParamForEC2s", Value: "{}", Type: "String" }));
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [host],
      Parameters: { commands: ["uptime"] },
    }),
  );
  values = {
    group,
    host,
    filter: "errors",
    topic: "alerts",
    command: Command?.CommandId ?? "",
    "/alarms/:name": "errors of the shop",
    "/dashboards/:name": "shop",
    "/fleet/parameters/:name": "ConfigParamForEC2s",
  };
  const iam = new IAMClient(client);
  await iam.send(new CreateUserCommand({ UserName: "nobody" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "nobody" }));
  stranger = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** An address of each page, and of each tab that is a page of its own to who looks at it. */
function addresses(): readonly string[] {
  const all = pages.map(({ path }) =>
    path.replace(/:(\w+)/g, (part, name: string) => {
      const value = values[name] ?? values[path.slice(0, path.indexOf(part) + part.length)];
      assert.ok(value !== undefined, `${path} is a new page: say which value its ${part} has in this test`);
      return encodeURIComponent(value);
    }),
  );
  const tabs = (path: string, names: readonly string[]) =>
    names.map((tab) => `${path.replace(":group", encodeURIComponent(values.group ?? ""))}?tab=${tab}`);
  return [
    ...all,
    ...tabs("/logs/groups/:group", ["filters", "subscriptions", "exports", "tags"]),
    "/fleet/run-command?document=AmazonCloudWatch-ManageAgent",
    `/logs/live-tail?groups=${encodeURIComponent(values.group ?? "")}`,
    ...tabs(`/fleet/hosts/${values.host}`, ["commands", "tags"]),
    ...tabs("/settings", ["storage", "keys", "access-keys"]),
  ];
}

for (const { width, dark, axe } of [
  { width: 1280, dark: false, axe: true },
  { width: 1280, dark: true, axe: false },
  { width: 390, dark: false, axe: false },
  { width: 390, dark: true, axe: true },
]) {
  test(
    `every page is as wide as the window and complains of nothing${axe ? ", and axe finds nothing serious" : ""}: ${width} pixels, ${dark ? "dark" : "light"}`,
    options,
    async (t) => {
      const { page, go, complaints } = await openPage(t, server, { width, dark, height: 900 });
      const faults: string[] = [];
      for (const path of addresses()) {
        await go(path);
        const main = page.getByRole("main");
        const shown = main.getByRole("heading").or(main.getByRole("group")).first();
        await shown.waitFor().catch(() => faults.push(`${path} shows nothing`));
        // Live Tail and what is asked again and again is never idle for long.
        await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {});
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (wider > 0) faults.push(`${path} is ${wider} pixels too wide`);
        if (axe) faults.push(...(await seriousFindings(page)).map((finding) => `${path}: ${finding}`));
        faults.push(...complaints.splice(0).map((complaint) => `${path}: ${complaint}`));
      }
      assert.deepEqual(faults, []);
    },
  );
}

/** Pages that ask for nothing, or for lists that stand in closed boxes, before somebody does something. */
const ASKS_LATER = [/^\/alarms\/create/, /\/(filters|subscriptions)\/create$/, /^\/logs\/(live-tail|insights)/];

test("who may do nothing is told so on every page, in its place", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server, { stranger: true });
  const answer = await page.context().request.post(`${server.endpoint}/_console/session`, { data: stranger });
  assert.ok(answer.ok(), await answer.text());
  const silent: string[] = [];
  for (const path of addresses().filter((each) => !ASKS_LATER.some((pattern) => pattern.test(each)))) {
    await go(path);
    await page
      .getByText(/not allowed|not authorized|could not be loaded/i)
      .first()
      .waitFor({ timeout: 5_000 })
      .catch(() => silent.push(path));
  }
  assert.deepEqual(silent, []);
  assert.deepEqual(
    complaints.filter((text) => !text.includes("status of 40")),
    [],
  );
});
