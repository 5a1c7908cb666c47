import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  CloudWatchClient,
  GetDashboardCommand,
  PutDashboardCommand,
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
  for (const group of ["/fleet/web", "/fleet/db"])
    await putLines(server, group, "s", ['GET / 503 <img src=x onerror="document.title=1">']);
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

test("a dashboard is made, widgets are added, moved and made larger, and it is saved", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/dashboards");
  await page.getByRole("button", { name: "Create dashboard" }).click();
  await page.getByLabel("Dashboard name").fill("mine");
  await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
  for (const name of ["Text", "Line"]) {
    await page.getByRole("button", { name: "Add widget" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  }
  await page.getByRole("heading", { name: "A heading" }).waitFor();
  await page.getByRole("button", { name: "Move Line by arrow keys" }).press("ArrowRight");
  await page.getByRole("button", { name: "Size of Line by arrow keys" }).press("ArrowDown");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The dashboard mine was saved").waitFor();
  const { DashboardBody = "" } = await monitoring.send(new GetDashboardCommand({ DashboardName: "mine" }));
  const [text, line] = JSON.parse(DashboardBody).widgets;
  assert.deepEqual([text.type, line.x, line.y, line.width, line.height], ["text", 1, 3, 12, 7]);
  assert.deepEqual(complaints, []);
});

test("a dashboard is right at 390 pixels and in the dark", options, async (t) => {
  const { page, go } = await openPage(t, server, { width: 390, height: 844, dark: true });
  await go("/dashboards/fleet");
  await page.getByRole("heading", { name: /^Fleet/ }).waitFor();
  await page.getByText("web-2").first().waitFor();
  await assertAccessible(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wider <= 0, `${wider} pixels too wide`);
  if (process.env.NEPHOSCOPE_SHOTS)
    await page.screenshot({ path: `${process.env.NEPHOSCOPE_SHOTS}/dashboard-narrow.png` });
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
