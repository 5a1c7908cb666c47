import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { type ConsoleServer, noBrowser, openPage, startConsole } from "./browser.ts";
import { accessLines, writeLines } from "./insights-data.ts";

const skip = noBrowser;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
    const check = async (what: string) => {
      // Evaluated by the debugger, to which the content policy does not apply.
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => {
        const axe = Reflect.get(window, "axe") as {
          run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
        };
        const { violations } = await axe.run();
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ; ")}`);
      });
      assert.deepEqual(found, [], what);
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
    assert.deepEqual(complaints, []);
  });
}
