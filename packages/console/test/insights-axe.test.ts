import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seriousFindings } from "./axe.ts";
import { type ConsoleServer, noBrowser, openPage, startConsole } from "./browser.ts";
import { accessLines, writeLines } from "./insights-data.ts";

const skip = noBrowser;

let server: ConsoleServer;
const closers: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closers) await close();
});

before(async () => {
  if (skip) return;
  server = await startConsole({ after: (close) => closers.push(close) });
  const endMs = Date.now() - 5_000;
  await writeLines(server.logs, { group: "AccessLogGroup", stream: "i-1/http.log" }, accessLines(200), {
    endMs,
    stepMs: 5_000,
  });
});

for (const { width, dark } of [
  { width: 1280, dark: false },
  { width: 1280, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
]) {
  test(`every tab at ${width} pixels, ${dark ? "dark" : "light"}: no serious finding, nothing wider than the window`, {
    skip,
  }, async (t) => {
    const { page, go, complaints } = await openPage(t, server, { width, height: 900, dark });
    const refused: string[] = [];
    page.on("response", (response) => {
      const operation = response.request().headers()["x-amz-target"] ?? response.url();
      // A query that nobody waits for any more is stopped, and may have ended by then.
      if (response.status() >= 400 && !operation.endsWith(".StopQuery")) refused.push(operation);
    });
    const check = async (what: string) => {
      assert.deepEqual(await seriousFindings(page), [], what);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${what} is ${overflow} pixels too wide`);
    };
    const query = "stats count(*) as n by bin(5m)";
    await go(`/logs/insights?${new URLSearchParams({ groups: "AccessLogGroup" })}`);
    await page.getByRole("button", { name: "Run query" }).click();
    await page.getByText("Complete", { exact: true }).waitFor();
    await page.locator(".result-closed").first().click();
    await page.locator(".field-list").waitFor();
    await check("rows");
    await go(`/logs/insights?${new URLSearchParams({ groups: "AccessLogGroup", query, tab: "visualization" })}`);
    await page.getByRole("button", { name: "Run query" }).click();
    await page.getByText("Complete", { exact: true }).waitFor();
    await check("visualization");
    if (width < 700) await page.getByRole("button", { name: /^Kind of graph/ }).click();
    await page.getByRole(width < 700 ? "option" : "button", { name: "Bar", exact: true }).click();
    await check("bars");
    for (const tab of ["Patterns", "Explain"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.waitForFunction(() => document.querySelectorAll("[class*=spinner]").length === 0);
      await check(tab);
    }
    for (const side of ["Fields", "Queries", "History"]) {
      await page.getByRole("button", { name: side, exact: true }).click();
      await page.waitForFunction(() => document.querySelectorAll("[class*=spinner]").length === 0);
      await check(side);
      if (width < 1100) await page.keyboard.press("Escape");
    }
    assert.deepEqual(refused, []);
    assert.deepEqual(
      complaints.filter((text) => !text.startsWith("Failed to load resource")),
      [],
    );
  });
}
