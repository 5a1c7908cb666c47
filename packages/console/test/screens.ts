// `npm run screens`: pictures of the console's pages for the README, in docs/screens. Loads sample logs into a server of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { GetQueryResultsCommand, PutMetricFilterCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type ConsoleServer,
  KEY,
  noBrowser,
  type OpenPage,
  openPage,
  REGION,
  startConsole,
  theBrowser,
} from "./browser.ts";
import { shootOperations } from "./operations-in-pictures.ts";
import { AUTH_FAILURE, putLines } from "./sample.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FOLDER = join(ROOT, "docs", "screens");

const HOSTS = ["i-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60719", "i-0a1b2c3d4e5f60720"];

/** With arguments, only the pictures whose names begin with one of them. */
const ONLY = process.argv.slice(2);

if (noBrowser !== false) {
  console.error(`No pictures can be made: ${noBrowser}.`);
  process.exit(1);
}

const ends: (() => Promise<void> | void)[] = [];
const later = {
  after(end: unknown) {
    if (typeof end === "function") ends.push(() => end());
  },
};

try {
  mkdirSync(FOLDER, { recursive: true });
  const server = await startConsole(later);
  await shoot(server, "first-steps", "/", {}, ({ page }) => page.getByText("First steps").waitFor());
  await load(server);
  await shoot(server, "home", "/", {}, async ({ page }) => {
    // The server counts what arrives, and stores the counts a little later.
    while ((await page.getByText("0 events in the last").count()) > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await page.reload();
      await page.getByText("events in the last").waitFor();
    }
    await page.getByText("In alarm").waitFor();
  });
  await shoot(server, "home-dark", "/", { dark: true }, ({ page }) => page.getByText("In alarm").waitFor());
  await shoot(server, "log-groups", "/logs/groups", {}, ({ page }) => page.getByText("AccessLogGroup").waitFor());
  await shoot(server, "log-group", "/logs/groups/AccessLogGroup", {}, ({ page }) =>
    page
      .getByText(/http.log/)
      .first()
      .waitFor(),
  );
  await shoot(server, "events", "/logs/groups/CloudTrailLogs/events", {}, async ({ page }) => {
    const event = page.locator(".event-row").nth(-3);
    await event.getByRole("button").first().click();
    await page.locator(".json-view").waitFor();
  });
  await shoot(server, "events-narrow", "/logs/groups/SSHLogGroup/events", { width: 390, height: 844 }, ({ page }) =>
    page.locator(".event-row").first().waitFor(),
  );
  await shoot(server, "metric-filters", "/logs/groups/database_server_security_logs?tab=filters", {}, ({ page }) =>
    page.getByText("authentication failures").first().waitFor(),
  );
  await shoot(
    server,
    "test-pattern",
    "/logs/groups/database_server_security_logs/filters/create",
    {},
    async ({ page }) => {
      await page.getByLabel("Filter pattern").fill('"authentication failure"');
      await page.getByRole("button", { name: "Test pattern" }).click();
      await page.getByText("fit the pattern").waitFor();
    },
  );
  await shoot(
    server,
    "live-tail",
    "/logs/live-tail?groups=database_server_security_logs&mark=failure,dbdev",
    { dark: true },
    async ({ page }) => {
      await page.getByRole("button", { name: "Start", exact: true }).click();
      await page.getByText("Running since").waitFor();
      await page.getByText("Wrap lines").click();
      await putLines(server, "database_server_security_logs", "i-0db", [5, 6, 7, 8, 9].map(AUTH_FAILURE));
      await page.locator(".event-row").first().waitFor();
    },
  );
  const asked = (query: string, more: Record<string, string> = {}) =>
    `/logs/insights?${new URLSearchParams({ groups: "AccessLogGroup", range: "1d", query, ...more })}`;
  const answered = async ({ page }: OpenPage) => {
    await page.getByRole("button", { name: "Run query" }).click();
    await page.getByText("Complete", { exact: true }).first().waitFor();
  };
  const newest = "fields @timestamp, @message\n| filter @message like / 404 /\n| sort @timestamp desc\n| limit 20";
  await shoot(server, "insights", asked(newest), { height: 1200 }, async (opened) => {
    await answered(opened);
    await opened.page.locator(".result-closed").nth(2).click();
    await opened.page.locator(".field-list").waitFor();
  });
  const byStatus = `parse '* - * [*] "* * *" * *' as host, user, time, method, path, protocol, status, size
| filter ispresent(status)
| stats count(*) as hits by bin(30m), status`;
  await shoot(server, "insights-graph", asked(byStatus, { tab: "visualization" }), { height: 1100 }, async (opened) => {
    await answered(opened);
    await opened.page.getByRole("button", { name: "Stacked area" }).click();
  });
  const messages = asked("fields @message", { tab: "patterns" });
  await shoot(server, "insights-patterns", messages, { dark: true, height: 1100 }, async (opened) => {
    await answered(opened);
    await opened.page.getByRole("table", { name: "Patterns" }).getByText("GET").first().waitFor();
  });
  await shoot(server, "insights-narrow", asked(newest), { width: 390, height: 1500 }, answered);
  const cpu = {
    metrics: HOSTS.map((host) => ["AWS/EC2", "CPUUtilization", "InstanceId", host]),
    period: 60,
    title: "CPU of the fleet",
  };
  const metrics = `/metrics?${new URLSearchParams({ range: "3h", graph: JSON.stringify(cpu), namespace: "AWS/EC2", dimensions: "InstanceId" })}`;
  await shoot(server, "metrics", metrics, {}, async ({ page }) => {
    await page.getByRole("slider").waitFor();
    await page.getByRole("checkbox").first().waitFor();
  });
  const alarm = `/alarms/${encodeURIComponent("database server authentication failures alarm")}`;
  await shoot(server, "alarms", "/alarms", {}, ({ page }) => page.getByText("In alarm").first().waitFor());
  await shoot(server, "alarm", `${alarm}?range=3h`, { height: 1100 }, ({ page }) => page.getByRole("slider").waitFor());
  await shoot(
    server,
    "alarm-wizard",
    "/alarms/create/metric?namespace=AWS%2FEC2&metric=CPUUtilization&period=300&dimensions=" +
      encodeURIComponent(JSON.stringify([["InstanceId", HOSTS[0]]])),
    { height: 1150 },
    async ({ page }) => {
      await page.getByRole("radio", { name: /^Anomaly detection/ }).check({ force: true });
      await page.getByText(/Expected: from/).waitFor({ state: "attached" });
    },
  );
  await shoot(server, "composite-alarm", "/alarms/site%20down", { height: 1000 }, ({ page }) =>
    page.getByRole("table", { name: /^States/ }).waitFor(),
  );
  await shoot(server, "composite-editor", "/alarms/site%20down/edit", { dark: true }, ({ page }) =>
    page.getByText(/The rule is/).waitFor(),
  );
  const drawn = async ({ page }: OpenPage) => {
    await page.getByText("Threshold").first().waitFor({ state: "attached" });
    await page.locator(".result-closed").first().waitFor();
  };
  await shoot(server, "dashboard", "/dashboards/fleet", { height: 1130 }, drawn);
  await shoot(server, "dashboard-dark", "/dashboards/fleet?full=true", { dark: true, height: 1000 }, drawn);
  await shoot(server, "dashboard-editor", "/dashboards/fleet?edit=true", { width: 1500, height: 1000 }, drawn);
  await shoot(server, "dashboard-narrow", "/dashboards/fleet", { width: 390, height: 1500 }, ({ page }) =>
    page.getByRole("slider").first().waitFor(),
  );
  await shootOperations(server, later, shoot);
  await shoot(server, "sign-in", "/", { stranger: true, height: 560 }, ({ page }) =>
    page.getByRole("heading", { name: "Sign in to Nephoscope" }).waitFor(),
  );
} finally {
  for (const end of ends.reverse()) await end();
  await (await theBrowser()).close();
}

/** A picture of a page once it shows what it should. */
async function shoot(
  server: ConsoleServer,
  name: string,
  path: string,
  view: Parameters<typeof openPage>[2],
  ready: (opened: OpenPage) => Promise<unknown>,
): Promise<void> {
  if (ONLY.length > 0 && !ONLY.some((beginning) => name.startsWith(beginning))) return;
  const opened = await openPage(later, server, view);
  await opened.go(path);
  await ready(opened);
  await opened.page.waitForLoadState("networkidle").catch(() => {
    // A page that listens is never idle.
  });
  await opened.page.mouse.move(0, 0);
  await opened.page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await opened.page.context().close();
  console.log(`docs/screens/${name}.png`);
}

/** A day of sample logs, lines of the walkthroughs, a metric filter, alarms in every state, some queries. */
async function load(server: ConsoleServer): Promise<void> {
  const { endpoint, logs } = server;
  const demo = spawn(
    process.execPath,
    [join(ROOT, "packages", "cli", "src", "main.ts"), "demo", "--endpoint", endpoint, "--events", "20000", "--json"],
    {
      env: { ...process.env, AWS_ACCESS_KEY_ID: KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const [code] = await once(demo, "exit");
  if (code !== 0) throw new Error(`The sample logs could not be loaded: the demo ended with ${code}`);
  await putLines(server, "database_server_security_logs", "i-0db", [1, 2, 3, 4].map(AUTH_FAILURE));
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: "database_server_security_logs",
      filterName: "database server authentication failures",
      filterPattern: '"authentication failure"',
      metricTransformations: [
        {
          metricName: "database server authentication failures",
          metricNamespace: "authentication failures",
          metricValue: "1",
          defaultValue: 0,
        },
      ],
    }),
  );
  const monitoring = new CloudWatchClient({ endpoint, region: REGION, credentials: KEY });
  for (const [AlarmName, StateValue] of [
    ["database server authentication failures alarm", "ALARM"],
    ["web server errors", "OK"],
    ["disk of the database server", "OK"],
    ["NAT gateway outgoing traffic alarm", "INSUFFICIENT_DATA"],
  ] as const) {
    await monitoring.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "authentication failures",
        MetricName: AlarmName,
        Statistic: "Sum",
        Period: 3_600,
        EvaluationPeriods: 1,
        Threshold: 2,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "ignore",
      }),
    );
    await monitoring.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "Shown in a picture" }));
  }
  await monitoring.send(
    new PutCompositeAlarmCommand({
      AlarmName: "site down",
      AlarmRule:
        'ALARM("database server authentication failures alarm") AND NOT (ALARM("web server errors") OR ALARM("disk of the database server"))',
    }),
  );
  await loadMetrics(monitoring);
  const now = Math.floor(Date.now() / 1_000);
  for (const [logGroupName, queryString] of [
    ["AccessLogGroup", "stats count() by bin(5m)"],
    ["SSHLogGroup", 'filter @message like "authentication failure" | stats count() as failures by bin(1h)'],
    ["CloudTrailLogs", "stats count() as calls by eventSource, eventName | sort calls desc | limit 20"],
  ] as const) {
    const { queryId } = await logs.send(
      new StartQueryCommand({ logGroupName, queryString, startTime: now - 86_400, endTime: now }),
    );
    for (let status = ""; status !== "Complete"; ) {
      ({ status = "" } = await logs.send(new GetQueryResultsCommand({ queryId })));
    }
  }
}

/** Six hours of a fleet's metrics, and a dashboard of them. */
async function loadMetrics(monitoring: CloudWatchClient): Promise<void> {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const put = (
    Namespace: string,
    MetricName: string,
    Dimensions: { Name: string; Value: string }[],
    at: (minute: number) => number,
  ) =>
    monitoring.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: Array.from({ length: 360 }, (_, minute) => ({
          MetricName,
          Dimensions,
          Timestamp: new Date(now - minute * 60_000),
          Value: at(minute),
        })),
      }),
    );
  for (const [index, Value] of HOSTS.entries()) {
    const dimensions = [{ Name: "InstanceId", Value }];
    // Waves and a little noise that is the same each time.
    const noise = (minute: number) => ((minute * 7_919 + index * 104_729) % 97) / 16;
    await put(
      "AWS/EC2",
      "CPUUtilization",
      dimensions,
      (minute) => 25 + 15 * index + 8 * Math.sin(minute / 37 + index) + noise(minute),
    );
    await put(
      "AWS/EC2",
      "NetworkOut",
      dimensions,
      (minute) => 1e6 * (1 + index) * (1.2 + Math.sin(minute / 53 + index)) + 1e4 * noise(minute),
    );
  }
  await put("authentication failures", "database server authentication failures alarm", [], (minute) =>
    minute % 90 < 4 ? 1 : 0,
  );
  await monitoring.send(
    new PutDashboardCommand({
      DashboardName: "fleet",
      DashboardBody: readFileSync(new URL("dashboards/fleet-in-pictures.json", import.meta.url), "utf8"),
    }),
  );
}
