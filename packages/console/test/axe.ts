import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

declare global {
  interface Window {
    readonly axe: { run(): Promise<AxeResults> };
  }
}

/** What axe finds serious or worse on the page as it is: rule, and where. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // By the debugger's door: the content policy refuses scripts that are put into the page.
  await page.evaluate(readFileSync(AXE, "utf8"));
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = "" }) => `${id}: ${target.join(" ")}: ${failureSummary.split("\n")[1] ?? ""}`,
      ),
    );
}

export async function assertAccessible(page: Page): Promise<void> {
  assert.deepEqual(await seriousFindings(page), []);
}
