import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  CloudWatchClient,
  GetDashboardCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { putLines } from "./sample.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
let monitoring: CloudWatchClient;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(async () => void (await end?.())) });
  monitoring = new CloudWatchClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
  for (const group of ["/fleet/web", "/fleet/db", "/aws/lambda/checkout"])
    await putLines(server, group, "s", ['GET / 503 <img src=x onerror="document.title=1">']);
  await putLines(server, "/ecs/checkout", "s", ['{"level":"error"}', '{"level":"info"}']);
  await monitoring.send(
    new PutMetricAlarmCommand({
      AlarmName: "dash cpu",
      Namespace: "AWS/RDS",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: "orders" }],
      Statistic: "Average",
      Period: 3_600,
      EvaluationPeriods: 1,
      Threshold: 80,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  const balancer = { LoadBalancer: "app/checkout/50dc6c495c0c9188" };
  await putSeries("AWS/ApplicationELB", "RequestCount", balancer, () => 500);
  await putSeries("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", balancer, () => 5);
  await putSeries("AWS/ApplicationELB", "TargetResponseTime", balancer, (index) => (index === 3 ? 1.2 : 0.2));
  await putSeries("Shop", "Orders", {}, () => 1);
  for (const Country of ["CH", "DE"]) await putSeries("Shop", "OrdersByCountry", { Country }, () => 2);
  for (const DBInstanceIdentifier of ["orders", "stock"]) {
    await putSeries("AWS/RDS", "DatabaseConnections", { DBInstanceIdentifier }, (index) => 40 + (index % 5));
    await putSeries("AWS/RDS", "CPUUtilization", { DBInstanceIdentifier }, (index) => 20 + (index % 9));
    await putSeries("AWS/RDS", "FreeStorageSpace", { DBInstanceIdentifier }, (index) => 1e9 - index);
  }
  await putSeries("AWS/ECS", "CPUUtilization", { ServiceName: "checkout", ClusterName: "prod" }, () => 33);
  await monitoring.send(
    new PutMetricDataCommand({
      Namespace: "AWS/EC2",
      MetricData: ["i-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60719"].flatMap((Value, index) =>
        Array.from({ length: 30 }, (_, minute) => ({
          MetricName: "CPUUtilization",
          Dimensions: [{ Name: "InstanceId", Value }],
          Timestamp: new Date(Date.now() - minute * 300_000),
          Value: 20 + 30 * index + (minute % 7),
        })),
      ),
    }),
  );
});
after(async () => {
  for (const end of ends) await end();
});

/** One value in each five minutes. */
async function putSeries(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  valueAt: (index: number) => number,
): Promise<void> {
  const now = Math.floor(Date.now() / 300_000) * 300_000;
  await monitoring.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: Array.from({ length: 100 }, (_, index) => ({
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Timestamp: new Date(now - index * 300_000),
        Value: valueAt(index),
      })),
    }),
  );
}

const FLEET = readFileSync(
  new URL("../../languages/src/dashboard-body/testdata/console-fleet.dashboard", import.meta.url),
  "utf8",
);

test("a dashboard as AWS's console writes them is shown whole, its texts as texts", options, async (t) => {
  const body = JSON.parse(FLEET);
  body.widgets.push({
    type: "text",
    x: 0,
    y: 90,
    width: 24,
    height: 3,
    properties: { markdown: "<b>no markup</b> [bad](javascript:alert(1))" },
  });
  await monitoring.send(new PutDashboardCommand({ DashboardName: "fleet", DashboardBody: JSON.stringify(body) }));
  const { page, go, complaints } = await openPage(t, server);
  await go("/dashboards");
  await page.getByRole("link", { name: "fleet" }).click();
  await page.getByRole("heading", { name: /^Fleet/ }).waitFor();
  await page.getByRole("link", { name: "Runbook" }).waitFor();
  await page.getByText("web-2").first().waitFor();
  await page.getByText("GET / 503").first().waitFor();
  await page.getByText("<b>").waitFor();
  assert.equal(await page.locator(".markdown b, a[href^='javascript'], .grid img").count(), 0);
  await assertAccessible(page);
  if (process.env.NEPHOSCOPE_SHOTS) await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/dashboard.png` });
  assert.deepEqual(complaints, []);
});

/** Bodies in the forms that people keep them in: of the structure's guide, of code that makes dashboards, of the console. */
const BODIES = ["structure-guide", "service-in-containers", "database-with-band", "hosts-with-variables"];
const bodyOf = (name: string) => readFileSync(new URL(`dashboards/${name}.json`, import.meta.url), "utf8");

test("bodies of real use are drawn whole, with what can not be drawn named", options, async (t) => {
  for (const name of BODIES)
    await monitoring.send(new PutDashboardCommand({ DashboardName: name, DashboardBody: bodyOf(name) }));
  const { page, go, complaints } = await openPage(t, server);
  /** Who leaves while a query runs stops it, which the server refuses for one that has just ended. */
  const drawn = () =>
    page.waitForFunction(
      () => !/The query runs|Loading the graph/.test(document.querySelector(".grid")?.textContent ?? "The query runs"),
    );
  for (const name of BODIES) {
    await go(`/dashboards/${name}`);
    const { widgets } = JSON.parse(bodyOf(name));
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await page
      .locator(".grid-widget")
      .nth(widgets.length - 1)
      .waitFor();
    await drawn();
    // Where the body puts them, in columns and rows.
    const cells = await page.locator(".grid-widget").evaluateAll((all) =>
      all.map((each) => {
        const { gridColumnStart, gridColumnEnd, gridRowStart, gridRowEnd } = getComputedStyle(each);
        return [gridColumnStart, gridColumnEnd, gridRowStart, gridRowEnd].join(" ");
      }),
    );
    assert.deepEqual(
      cells,
      widgets.map(
        ({ x, y, width, height }: Record<string, number>) =>
          `${Number(x) + 1} span ${width} ${Number(y) + 1} span ${height}`,
      ),
    );
    if (process.env.NEPHOSCOPE_SHOTS)
      await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/${name}.png`, fullPage: true });
  }
  await go("/dashboards/service-in-containers");
  await drawn();
  await page.getByRole("button", { name: "Requests", exact: true }).waitFor();
  await page.getByRole("button", { name: "p99 [most: 1.2s]" }).waitFor();
  await page.getByText("Line at 1: broken.").waitFor({ state: "attached" });
  // Six hours of one order in each five minutes, whatever the minute it is now.
  await page.getByRole("img", { name: /^Orders in all.*: 7[1-3] at last/ }).waitFor();
  await page.getByRole("link", { name: "All services" }).click();
  await page.getByRole("heading", { name: "structure-guide", level: 1 }).waitFor();
  await page.getByText("Hello world").waitFor();
  await page.locator(".widget-alarms [data-state]").getByRole("link", { name: "dash cpu" }).waitFor();
  await drawn();
  await go("/dashboards/database-with-band");
  await page.getByText(/DatabaseConnections \(expected\): from .* to .* at last/).waitFor({ state: "attached" });
  await page.getByText("Widgets of the type explorer can not be drawn here").waitFor();
  await page.getByText("Widgets of the type custom can not be drawn here").waitFor();
  assert.deepEqual(complaints, []);
});

test("variables are chosen and stay in the address", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/dashboards/hosts-with-variables");
  // The first that the search finds.
  await page.getByRole("button", { name: "cpu of i-0a1b2c3d4e5f60718, Average" }).waitFor();
  await page.getByRole("heading", { name: "Hosts", exact: true }).waitFor();
  await page.getByRole("button", { name: /^Host/ }).click();
  await page.getByRole("option", { name: "i-0a1b2c3d4e5f60719" }).click();
  await page.getByRole("radio", { name: "Peak" }).check({ force: true });
  await page.getByRole("textbox", { name: "Heading" }).fill("$& <b>mine</b>");
  await page.getByRole("textbox", { name: "Heading" }).press("Enter");
  await page.getByRole("button", { name: "cpu of i-0a1b2c3d4e5f60719, Maximum" }).waitFor();
  await page.getByRole("heading", { name: "$& <b>mine</b>" }).waitFor();
  await assertAccessible(page);
  await page.reload();
  await page.getByRole("button", { name: "cpu of i-0a1b2c3d4e5f60719, Maximum" }).waitFor();
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  assert.match(link, /var\.host=i-0a1b2c3d4e5f60719/);
  await assertAccessible(page);
  await page.goto(link);
  await page.reload();
  await page.getByRole("button", { name: "cpu of i-0a1b2c3d4e5f60719, Maximum" }).waitFor();
  assert.deepEqual(complaints, []);
});

test(
  "widgets of every kind are made in forms, moved and sized with the mouse and with keys, and saved",
  options,
  async (t) => {
    const { page, go, complaints } = await openPage(t, server, { width: 1400, height: 1000 });
    await go("/dashboards");
    await page.getByRole("button", { name: "Create dashboard" }).click();
    await page.getByLabel("Dashboard name").fill("mine");
    await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
    const form = page.getByRole("dialog");
    const add = async (kind: string) => {
      await page.getByRole("button", { name: "Add widget" }).click();
      await page.getByRole("menuitem", { name: new RegExp(`^${kind}`) }).click();
      await form.waitFor();
    };
    const done = () => form.getByRole("button", { name: "Add to dashboard" }).click();
    await add("Text");
    await form.getByRole("textbox", { name: "Markdown" }).fill("# Mine");
    await form.getByRole("heading", { name: "Mine" }).waitFor();
    await assertAccessible(page);
    await done();
    await add("Line");
    await form.getByRole("link", { name: "EC2" }).click();
    await form.getByRole("link", { name: "Per-Instance Metrics" }).click();
    await form.getByRole("checkbox", { name: "CPUUtilization" }).first().click({ force: true });
    const title = form.getByRole("textbox", { name: "Title of the widget" });
    await title.fill("CPU");
    await title.press("Enter");
    await form.getByRole("slider", { name: "Preview" }).waitFor();
    await assertAccessible(page);
    await done();
    await add("Logs table");
    await form.getByRole("button", { name: /Names/ }).click();
    await page.getByRole("option", { name: "/fleet/web" }).click();
    await page.keyboard.press("Escape");
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByText("GET / 503").first().waitFor();
    await assertAccessible(page);
    await done();
    await add("Alarm status");
    await form.getByRole("button", { name: /^Alarms/ }).click();
    await page.getByRole("option", { name: /dash cpu/ }).click();
    await page.keyboard.press("Escape");
    await assertAccessible(page);
    await done();
    const widget = (name: string) => page.getByRole("region", { name, exact: true });
    await widget("Alarms").getByRole("link", { name: "dash cpu" }).waitFor();

    // With the mouse: six columns to the right, then two rows larger.
    const column = ((await page.locator(".grid").boundingBox())?.width ?? 0) / 24;
    const drag = async (handle: string, x: number, y: number) => {
      const box = await page.getByRole("button", { name: new RegExp(`^${handle}`) }).boundingBox();
      assert.ok(box !== null);
      const [fromX, fromY] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(fromX, fromY);
      await page.mouse.down();
      await page.mouse.move(fromX + x, fromY + y, { steps: 8 });
      await page.mouse.up();
    };
    await drag("Move CPU", 6 * column, 0);
    await drag("Size of CPU", -2 * column, 2 * 48);
    // With keys: a column back, a row smaller.
    await page.getByRole("button", { name: /^Move CPU/ }).press("ArrowLeft");
    await page.getByRole("button", { name: "Size of CPU" }).press("ArrowUp");
    await assertAccessible(page);
    // The form of a widget that is there.
    await page.getByRole("button", { name: "Edit CPU" }).click();
    await form.getByRole("button", { name: "Kind of graph" }).click();
    await page.getByRole("option", { name: "Stacked area" }).click();
    await form.getByRole("button", { name: "Update widget" }).click();

    // The source beside: a fault is told at its place, and nothing can be saved with it.
    const source = page.getByRole("textbox", { name: /^Source of the dashboard/ });
    const whole = await source.textContent();
    assert.match(whole ?? "", /"stacked": true/);
    await source.press("Control+Home");
    await source.press("ArrowRight");
    await page.keyboard.insertText('"start": "-PT", ');
    await page.getByText("This is no dashboard").waitFor();
    const marked = page.locator(".cm-lintRange-error");
    await marked.waitFor();
    assert.equal(await marked.textContent(), '"-PT"');
    assert.equal(await page.getByRole("button", { name: "Save" }).isDisabled(), true);
    await source.press("Control+z");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The dashboard mine was saved").waitFor();
    const { DashboardBody = "" } = await monitoring.send(new GetDashboardCommand({ DashboardName: "mine" }));
    const saved: Record<string, unknown>[] = JSON.parse(DashboardBody).widgets;
    assert.deepEqual(
      saved.map(({ type, x, y, width, height }) => [type, x, y, width, height]),
      [
        ["text", 0, 0, 12, 3],
        ["metric", 5, 3, 10, 7],
        ["log", 0, 11, 24, 6],
        ["alarm", 0, 17, 12, 4],
      ],
    );
    assert.deepEqual(complaints, []);
  },
);

test("the full screen shows the dashboard alone, and Escape leaves it", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/dashboards/fleet");
  await page.getByRole("button", { name: "Full screen" }).click();
  await page.locator(".dashboard-full").waitFor();
  const covered = await page.evaluate(() => document.elementFromPoint(5, 5)?.closest(".dashboard-full") !== null);
  assert.ok(covered);
  // What opens over it can be reached.
  await page.getByRole("button", { name: /Last 3 hours/ }).click();
  await page.getByRole("radio", { name: "Last hour" }).check({ force: true });
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForFunction(() => /range=1h/.test(window.location.hash));
  await assertAccessible(page);
  await page.getByRole("button", { name: "Leave full screen" }).click();
  await page.locator(".dashboard-full").waitFor({ state: "detached" });
  await go("/dashboards/fleet?full=true");
  await page.locator(".dashboard-full").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".dashboard-full").waitFor({ state: "detached" });
  assert.deepEqual(complaints, []);
});

for (const { name, ...view } of [
  { name: "narrow and dark", width: 390, height: 844, dark: true },
  { name: "narrow", width: 390, height: 844 },
  { name: "wide and dark", dark: true },
])
  test(`pages of dashboards are right and accessible: ${name}`, options, async (t) => {
    const { page, go, complaints } = await openPage(t, server, view);
    for (const path of ["", "/fleet", "/fleet?edit=true", ...BODIES.map((body) => `/${body}`)]) {
      await go(`/dashboards${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForLoadState("networkidle");
      await assertAccessible(page);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wider <= 0, `${path} is ${wider} pixels too wide`);
    }
    assert.deepEqual(complaints, []);
  });

test("a graph of a hundred lines with 1,440 points each is drawn", options, async (t) => {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  for (let from = 0; from < 100; from += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        for (const half of [0, 720])
          await monitoring.send(
            new PutMetricDataCommand({
              Namespace: "Load",
              MetricData: Array.from({ length: 720 }, (_, minute) => ({
                MetricName: `m${from + index}`,
                Timestamp: new Date(now - (half + minute + 1) * 60_000),
                Value: 100 * (from + index) + 50 * Math.sin((half + minute) / 30 + index),
              })),
            }),
          );
      }),
    );
  }
  const { page, go } = await openPage(t, server);
  const metrics = Array.from({ length: 100 }, (_, index) => ["Load", `m${index}`]);
  await go(`/metrics?range=1d&graph=${encodeURIComponent(JSON.stringify({ metrics, period: 60 }))}`);
  await page.getByRole("button", { name: "m99" }).waitFor();
  await page.waitForFunction(() => performance.getEntriesByName("nephoscope chart").length > 0);
  for (let zoom = 0; zoom < 5; zoom++) await page.getByRole("button", { name: "m99" }).click();
  const drawn = await page.evaluate(() =>
    performance.getEntriesByName("nephoscope chart").map(({ duration }) => Math.round(duration)),
  );
  t.diagnostic(`milliseconds of each drawing: ${drawn.join(", ")}`);
  assert.match((await page.locator(".line-chart-told").textContent()) ?? "", /80 more series/);
});
