import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudWatchClient, GetDashboardCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { PutMetricFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole } from "./browser.ts";
import { accessLines, putLines } from "./sample.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
let monitoring: CloudWatchClient;
const ends: (() => Promise<void>)[] = [];

before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(async () => void (await end?.())) });
  monitoring = new CloudWatchClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  await monitoring.send(
    new PutMetricDataCommand({
      Namespace: "AWS/NATGateway",
      MetricData: [1, 2].flatMap((number) =>
        Array.from({ length: 60 }, (_, minute) => ({
          MetricName: "BytesOutToDestination",
          Dimensions: [{ Name: "NatGatewayId", Value: `nat-0${number}` }],
          Timestamp: new Date(now - minute * 60_000),
          Value: 1_000 * number + minute,
        })),
      ),
    }),
  );
});
after(async () => {
  for (const end of ends) await end();
});

test(
  "a metric made from logs is found, ticked and graphed with a sum of thirty seconds; hovering shows each count",
  options,
  async (t) => {
    await putLines(server, "AccessLogGroup", "i-0aa/http.log", ["before the filter"]);
    await server.logs.send(
      new PutMetricFilterCommand({
        logGroupName: "AccessLogGroup",
        filterName: "accesslogs-404-errors",
        filterPattern: "[host, logName, user, timestamp, request, statusCode=404, size]",
        metricTransformations: [
          {
            metricName: "accesslogs-404-errors",
            metricNamespace: "WebsiteLogMetrics",
            metricValue: "1",
            defaultValue: 0,
          },
        ],
      }),
    );
    await putLines(server, "AccessLogGroup", "i-0aa/http.log", accessLines(10));
    const { page, go, complaints } = await openPage(t, server);
    await go("/metrics");
    const namespace = page.getByRole("link", { name: "WebsiteLogMetrics" });
    for (let tries = 0; tries < 40 && !(await namespace.isVisible()); tries++) {
      await page.reload();
      await page.getByRole("link", { name: "NATGateway" }).waitFor();
      await page.waitForTimeout(500);
    }
    await namespace.click();
    await page.getByRole("link", { name: "Metrics with no dimensions" }).click();
    await page.getByRole("checkbox", { name: "accesslogs-404-errors" }).click({ force: true });
    await assertAccessible(page);
    await page.getByRole("tab", { name: "Graphed metrics (1)" }).click();
    await page.getByRole("button", { name: "Statistic of m1" }).click();
    await page.getByRole("option", { name: "Sum", exact: true }).click();
    await page.getByRole("button", { name: "Period of m1" }).click();
    await page.getByRole("option", { name: "30 seconds" }).click();
    await assertAccessible(page);
    const graph = page.getByRole("slider", { name: "Graph of metrics" });
    const address = page.url().replace(/([?&])range=[^&]*/, "$1");
    await page.goto(`${address}&range=1h`);
    await page.reload();
    // Two of ten lines are answered 404.
    await page
      .getByText(/: 2 at last|to 2\./)
      .first()
      .waitFor({ state: "attached" });
    await graph.focus();
    const counts: number[] = [];
    for (let presses = 0; presses < 10; presses++) {
      await page.keyboard.press("ArrowLeft");
      counts.push(Number(/ (\d+)$/.exec((await graph.getAttribute("aria-valuetext")) ?? "")?.[1]));
    }
    assert.ok(counts.includes(2), String(counts));
    assert.deepEqual(complaints, []);
  },
);

test("a graph has math, another kind, a source, and is added to a dashboard", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/metrics?namespace=AWS%2FNATGateway&search=BytesOut&range=1h");
  await page.getByRole("checkbox").first().click({ force: true });
  await page.getByRole("checkbox").nth(1).click({ force: true });
  await page.getByRole("tab", { name: "Graphed metrics (2)" }).click();
  await page.getByRole("button", { name: "Add math" }).click();
  const expression = page.getByRole("textbox", { name: "Expression of e1" });
  await expression.fill("m1 + m2");
  await expression.press("Enter");
  await page.getByRole("button", { name: "Expression 1" }).waitFor();
  const box = await page.getByRole("slider").boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width - 80, box.y + 80);
  await page.locator(".line-chart-values").getByText("Expression 1").waitFor();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => /range=20/.test(window.location.hash));
  await page.getByRole("tab", { name: "Source" }).click();
  const source = page.getByRole("textbox", { name: "Source of the graph" });
  const graph = JSON.parse(await source.inputValue());
  assert.equal(graph.metrics.length, 3);
  await source.fill(JSON.stringify({ ...graph, view: "cake" }));
  await page.getByText("This is no graph").waitFor();
  await source.fill(JSON.stringify({ ...graph, view: "pie", title: "Bytes" }));
  await page.getByRole("button", { name: "Update" }).click();
  await page.getByRole("heading", { name: "Bytes" }).waitFor();
  await page.getByRole("img", { name: /^Bytes/ }).waitFor();
  await page.getByRole("button", { name: "Add to dashboard" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("bytes");
  await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("The graph was added to bytes").waitFor();
  const { DashboardBody = "" } = await monitoring.send(new GetDashboardCommand({ DashboardName: "bytes" }));
  assert.equal(JSON.parse(DashboardBody).widgets[0].properties.view, "pie");
  assert.deepEqual(complaints, []);
});

test("a graph is moved and zoomed with the pointer, the wheel, keys and buttons", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  const graph = JSON.stringify({
    metrics: [["AWS/NATGateway", "BytesOutToDestination", "NatGatewayId", "nat-01"]],
    period: 60,
  });
  await go(`/metrics?range=1h&graph=${encodeURIComponent(graph)}`);
  const plot = page.getByRole("slider", { name: "Graph of metrics" });
  const box = await plot.boundingBox();
  assert.ok(box !== null);
  const [middle, y] = [box.x + box.width / 2, box.y + 100];
  /** The range in the address once it is another than before: its length and end, in minutes. */
  const rangeAfter = async (act: () => Promise<unknown>) => {
    const before = page.url();
    await act();
    await page.waitForFunction((url) => window.location.href !== url && /range=20/.test(window.location.hash), before);
    const [start = "", end = ""] = (new URLSearchParams(page.url().split("?")[1]).get("range") ?? "").split("~");
    return { minutes: (Date.parse(end) - Date.parse(start)) / 60_000, end: Date.parse(end) / 60_000 };
  };
  const moved = await rangeAfter(async () => {
    await page.keyboard.down("Shift");
    await page.mouse.move(middle, y);
    await page.mouse.down();
    await page.mouse.move(middle + 300, y, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
  });
  assert.ok(Math.abs(moved.minutes - 60) < 0.1 && moved.end < Date.now() / 60_000 - 10, JSON.stringify(moved));
  const zoomed = await rangeAfter(async () => {
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
  });
  assert.ok(zoomed.minutes < 40, JSON.stringify(zoomed));
  const wider = await rangeAfter(() => plot.press("-"));
  assert.ok(Math.abs(wider.minutes - 2 * zoomed.minutes) < 0.1, JSON.stringify(wider));
  const earlier = await rangeAfter(() => plot.press("PageUp"));
  assert.ok(Math.abs(wider.end - earlier.end - wider.minutes / 2) < 0.1, JSON.stringify(earlier));
  const out = await rangeAfter(() => page.getByRole("button", { name: "Zoom out" }).click());
  assert.ok(Math.abs(out.minutes - 2 * earlier.minutes) < 0.1, JSON.stringify(out));
  const later = await rangeAfter(() => page.getByRole("button", { name: "Later" }).click());
  assert.ok(later.end > out.end, JSON.stringify(later));
  await go("/metrics?range=1h&namespace=AWS%2FNATGateway");
  await page.getByLabel("Search metrics").fill("bytesout");
  await page.getByRole("button", { name: "Graph this search" }).click();
  await page.getByRole("button", { name: "nat-02" }).waitFor();
  assert.deepEqual(complaints, []);
});

test("annotations and an anomaly band are added to a graph by its fields", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  const graph = JSON.stringify({
    metrics: [["AWS/NATGateway", "BytesOutToDestination", "NatGatewayId", "nat-01", { id: "m1" }]],
  });
  await go(`/metrics?range=1h&tab=options&graph=${encodeURIComponent(graph)}`);
  const fill = async (name: string, text: string) => {
    await page.getByRole("textbox", { name }).fill(text);
    await page.getByRole("textbox", { name }).press("Enter");
  };
  await page.getByRole("button", { name: "Add horizontal annotation" }).click();
  await fill("Value of horizontal annotation 1", "1500");
  await fill("Label of horizontal annotation 1", "limit");
  await page.getByText(/Line at 1\.5 ?[kK]: limit\./).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Add vertical annotation" }).click();
  await fill("Label of vertical annotation 1", "release");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Remove horizontal annotation 1" }).click();
  await page.getByRole("tab", { name: "Graphed metrics (1)" }).click();
  await page.getByRole("button", { name: "Anomaly band of m1" }).click();
  assert.equal(
    await page.getByRole("textbox", { name: "Expression of ad1" }).inputValue(),
    "ANOMALY_DETECTION_BAND(m1, 2)",
  );
  const shown = JSON.parse(new URLSearchParams(page.url().split("?")[1]).get("graph") ?? "{}");
  assert.deepEqual(Object.keys(shown.annotations), ["vertical"]);
  assert.equal(shown.annotations.vertical[0].label, "release");
  assert.deepEqual(complaints, []);
});

for (const { name, ...view } of [
  { name: "narrow", width: 390, height: 844 },
  { name: "narrow and dark", width: 390, height: 844, dark: true },
  { name: "dark", dark: true },
]) {
  test(`the page of metrics is right and accessible: ${name}`, options, async (t) => {
    const { page, go } = await openPage(t, server, view);
    const graph = JSON.stringify({
      metrics: [["AWS/NATGateway", "BytesOutToDestination", "NatGatewayId", "nat-01", { id: "m1" }]],
    });
    for (const tab of ["browse", "graphed", "options", "source"]) {
      await go(`/metrics?tab=${tab}&graph=${encodeURIComponent(graph)}`);
      await page.getByRole("slider").waitFor();
      await assertAccessible(page);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wider <= 0, `${tab} is ${wider} pixels too wide`);
    }
    if (process.env.NEPHOSCOPE_SHOTS) {
      await page.getByRole("tab", { name: /Graphed/ }).click();
      await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/metrics-${name}.png` });
    }
  });
}
