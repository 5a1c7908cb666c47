import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, startConsole } from "./browser.ts";
import { AUTH_FAILURE, accessLines, HOSTILE, putLines } from "./sample.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(async () => void (await end?.())) });
  await putLines(server, "AccessLogGroup", "i-0aa/http.log", accessLines(450));
  await putLines(server, "AccessLogGroup", "i-0aa/httpErr.log", ["[error] something else"], Date.now() - 3_600_000);
  await putLines(server, "hostile", "s", [
    "before",
    HOSTILE,
    '{"id":12345678901234567890,"nested":{"text":"<b>x</b>","list":[1,2,3]}}',
    "after",
  ]);
  await putLines(server, "database_server_security_logs", "i-0db", [
    ...accessLines(10),
    ...[1, 2, 3, 4].map(AUTH_FAILURE),
  ]);
});
after(async () => {
  for (const end of ends) await end();
});

test("from signing in to the first answer it takes three clicks", options, async (t) => {
  const { page, go } = await openPage(t, server, { stranger: true });
  await go("/");
  await page.getByLabel("Access key id").fill(KEY.accessKeyId);
  await page.getByLabel("Secret access key").fill(KEY.secretAccessKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Query logs" }).click();
  await page.getByRole("button", { name: "Run query" }).click();
  await page
    .getByText(/GET \/page\/\d+ HTTP/)
    .first()
    .waitFor();
});

test(
  "a log group is made with class, retention and tags, changed, and deleted after a word is typed",
  options,
  async (t) => {
    const { page, go, complaints } = await openPage(t, server);
    await go("/logs/groups");
    await page.getByRole("button", { name: "Create log group" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Log group name").fill("not good");
    await dialog.getByText("letters and digits without accents", { exact: false }).first().waitFor();
    await dialog.getByLabel("Log group name").fill("/test/made");
    await dialog.getByRole("button", { name: "Retention" }).click();
    await page.getByRole("option", { name: "1 week (7 days)" }).click();
    await assertAccessible(page);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("heading", { name: "/test/made" }).waitFor();
    const { logGroups = [] } = await server.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/test/made" }),
    );
    assert.equal(logGroups[0]?.retentionInDays, 7);

    await page.getByRole("tab", { name: "Tags" }).click();
    await page.getByText("No tags").waitFor();
    await page.getByRole("button", { name: "Edit tags" }).click();
    await dialog.getByRole("button", { name: "Add tag" }).click();
    await dialog.getByLabel("Key of tag 1").fill("team");
    await dialog.getByLabel("Value of tag 1").fill("web");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: "web" }).waitFor();

    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Delete log group" }).click();
    const button = dialog.getByRole("button", { name: "Delete", exact: true });
    assert.equal(await button.isDisabled(), true);
    await dialog.getByLabel("To confirm, type delete").fill("delete");
    await button.click();
    await page.getByText("/test/made was deleted").waitFor();
    const left = await server.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/test/made" }));
    assert.deepEqual(left.logGroups, []);
    assert.deepEqual(complaints, []);
  },
);

test(
  "groups are found by a part of their names among hundreds, page by page, and the search is in the address",
  options,
  async (t) => {
    for (let from = 0; from < 120; from += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          server.logs.send(
            new CreateLogGroupCommand({ logGroupName: `/many/group-${String(from + index).padStart(4, "0")}` }),
          ),
        ),
      );
    }
    const { page, go } = await openPage(t, server);
    await go("/logs/groups");
    await page.getByRole("link", { name: "/many/group-0000" }).waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByRole("link", { name: "/many/group-0060" }).waitFor();
    await page.getByLabel("Find log groups").fill("group-0117");
    await page.getByRole("link", { name: "/many/group-0117" }).waitFor();
    assert.equal(await page.getByRole("link", { name: /\/many\// }).count(), 1);
    assert.match(page.url(), /filter=group-0117/);
    await page.getByLabel("Find log groups").fill("nothing-like-it");
    await page.getByText("No log group's name holds this text").waitFor();
  },
);

test("events are searched by pattern, opened, linked to, and seen among what was around them", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup/events?stream=i-0aa%2Fhttp.log");
  await page.getByText('"GET /page/449 HTTP/1.1"').waitFor();
  await page.getByText("(200+)").waitFor();
  await assertAccessible(page);

  await page.getByRole("searchbox", { name: "Filter pattern" }).fill("[a, b");
  await page.getByRole("alert").first().waitFor();
  await page
    .getByRole("searchbox", { name: "Filter pattern" })
    .fill("[host, logName, user, timestamp, request, statusCode=404, size]");
  await page.keyboard.press("Enter");
  await page.getByText("(90)").waitFor();
  const rows = page.locator(".event-row-message");
  for (const text of await rows.allTextContents()) assert.match(text, / 404 /);

  const event = page.locator(".event-row", { hasText: "/page/447 " });
  await event.getByRole("button", { name: /^Open the event/ }).click();
  await event.getByRole("link", { name: "Show events around it" }).click();
  await page.getByText("Around").waitFor();
  // The event itself, and those before and after it that do not fit the pattern.
  await page.locator(".event-row-marked", { hasText: "/page/447 " }).waitFor();
  for (const number of [446, 448, 449]) await page.getByText(`"GET /page/${number} HTTP/1.1"`).waitFor();
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  await page.locator(".event-row-marked", { hasText: "/page/447 " }).waitFor();
  assert.deepEqual(complaints, []);
});

test("older events come when asked for, and what is read stays in place", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup/events?stream=i-0aa%2Fhttp.log");
  await page.getByText('"GET /page/449 HTTP/1.1"').waitFor();
  const list = page.getByRole("region", { name: "Events of AccessLogGroup" });
  await list.evaluate((element) => element.scrollTo(0, 0));
  await page.getByText('"GET /page/250 HTTP/1.1"').waitFor();
  await page.getByRole("button", { name: "Load older events" }).click();
  await page.getByText("(400+)").waitFor();
  await page.getByText('"GET /page/250 HTTP/1.1"').waitFor();
  await list.evaluate((element) => element.scrollTo(0, 0));
  await page.getByRole("button", { name: "Load older events" }).click();
  await page.getByText("(450)").waitFor();
});

test("following shows events as they come", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await putLines(server, "followed", "s", ["the first line"]);
  await go("/logs/groups/followed/events");
  await page.getByText("the first line").waitFor();
  await page.getByText("Follow", { exact: true }).click();
  await putLines(server, "followed", "s", ["a line that came later"]);
  await page.getByText("a line that came later").waitFor();
});

test("a line full of HTML, ANSI, control and right-to-left characters shows as text", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/logs/groups/hostile/events");
  const row = page.locator(".event-row", { hasText: "onerror" });
  await row.waitFor();
  const text = (await row.locator(".event-row-message").textContent()) ?? "";
  assert.ok(text.includes('<img src=x onerror="document.title=1"><script>document.title=2</script>'), text);
  assert.ok(text.includes("\\x1b[31mred\\x1b[0m"), text);
  assert.ok(text.includes("\\u202eevil\\u202c"), text);
  assert.ok(text.includes("\\0"), text);
  assert.equal(await page.locator(".event-rows img, .event-rows script, .event-rows b").count(), 0);
  assert.match(await page.title(), /Nephoscope/);

  // JSON folds, and long numbers are as they were written.
  const json = page.locator(".event-row", { hasText: "12345678901234567890" });
  await json.getByRole("button", { name: /^Open the event/ }).click();
  await json.getByText('"<b>x</b>"', { exact: true }).waitFor();
  await json.getByText("12345678901234567890", { exact: true }).last().waitFor();
  await json.locator("summary", { hasText: "nested" }).click();
  await json.getByText('"<b>x</b>"', { exact: true }).waitFor({ state: "hidden" });
  assert.deepEqual(complaints, []);
});

test("a metric filter is tried on stored lines, made, shown as a card, changed and deleted", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await go("/logs/groups/database_server_security_logs?tab=filters");
  await page.getByText("No metric filters").waitFor();
  await page.getByRole("button", { name: "Create metric filter" }).first().click();
  await page.getByLabel("Filter pattern").fill('"authentication failure"');
  await page.getByRole("button", { name: "Test pattern" }).click();
  await page.getByText("4 of 14 events fit the pattern").waitFor();
  await page.getByText(AUTH_FAILURE(4)).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("The filter needs a name").waitFor();
  await page.getByLabel("Filter name").fill("database server authentication failures");
  await page.getByLabel("Metric namespace").fill("authentication failures");
  await page.getByLabel("Metric name", { exact: true }).fill("database server authentication failures");
  await page.getByLabel("Default value").fill("0");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Create metric filter" }).click();
  await page.getByText("The metric filter database server authentication failures was created").waitFor();
  await page.getByRole("heading", { name: "database server authentication failures" }).waitFor();
  await assertAccessible(page);
  const { metricFilters = [] } = await server.logs.send(
    new DescribeMetricFiltersCommand({ logGroupName: "database_server_security_logs" }),
  );
  assert.equal(metricFilters[0]?.filterPattern, '"authentication failure"');
  assert.deepEqual(metricFilters[0]?.metricTransformations, [
    {
      metricName: "database server authentication failures",
      metricNamespace: "authentication failures",
      metricValue: "1",
      defaultValue: 0,
    },
  ]);

  await page.getByRole("checkbox", { name: /Choose database server/ }).click({ force: true });
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Filter pattern").fill("failure");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("was saved").waitFor();
  await page.getByRole("checkbox", { name: /Choose database server/ }).click({ force: true });
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No metric filters").waitFor();
  assert.deepEqual(complaints, []);
});

test("a pattern is tried on pasted lines", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup/filters/create");
  await page.getByLabel("Filter pattern").fill("[ip, ..., status=404, size]");
  await page.getByRole("button", { name: "Log data to test" }).click();
  await page.getByRole("option", { name: "Pasted lines" }).click();
  await page.getByRole("textbox", { name: "Lines" }).fill(accessLines(10).join("\n"));
  await page.getByRole("button", { name: "Test pattern" }).click();
  await page.getByText("2 of 10 events fit the pattern").waitFor();
});

test("Live Tail shows what arrives and fits, with words marked, until it is stopped", options, async (t) => {
  const { page, go, complaints } = await openPage(t, server);
  await putLines(server, "tailed", "s", ["old"]);
  await go("/logs/live-tail?groups=tailed&filter=fail&mark=disk");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Running since").waitFor();
  await putLines(server, "tailed", "s", ["fine", "disk fail one"]);
  await page.locator(".event-row", { hasText: "disk fail one" }).waitFor();
  assert.equal(await page.locator(".event-row mark").textContent(), "disk");
  assert.equal(await page.getByText("fine", { exact: true }).count(), 0);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped · 1 event").waitFor();
  assert.deepEqual(complaints, []);
});

test("streams are listed newest first, made and deleted", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup");
  await page.getByRole("link", { name: "i-0aa/http.log" }).waitFor();
  const names = await page.getByRole("table").getByRole("link").allTextContents();
  assert.deepEqual(names, ["i-0aa/http.log", "i-0aa/httpErr.log"]);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Create log stream" }).click();
  await page.getByLabel("Log stream name").fill("by-hand");
  await page.keyboard.press("Enter");
  await page.getByText("The log stream by-hand was created").waitFor();
  await page.getByRole("checkbox", { name: "Choose by-hand" }).click({ force: true });
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Deleted: the log stream by-hand").waitFor();
});

test("a group that is not there says so, and a page that is not there leads home", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/missing");
  await page.getByText("There is no log group missing in this region").waitFor();
  await go("/nowhere");
  await page.getByRole("link", { name: "Go to the home page" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
});

test("times follow the zone of choice, and pages the region", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/hostile/events");
  const time = page.locator(".event-row-time").first();
  const utc = await time.textContent();
  await page.getByRole("button", { name: /^Time zone/ }).click();
  await page.getByRole("menuitem", { name: "Asia/Tokyo" }).click();
  await page.waitForFunction((before) => document.querySelector(".event-row-time")?.textContent !== before, utc);
  const [, hour = ""] = /(\d\d):\d\d:\d\d/.exec(utc ?? "") ?? [];
  assert.match((await time.textContent()) ?? "", new RegExp(` ${String((Number(hour) + 9) % 24).padStart(2, "0")}:`));
  await page.reload();
  await page.getByRole("button", { name: "Time zone: Asia/Tokyo" }).waitFor();
  await go("/logs/groups");
  await page.getByRole("button", { name: /^Region/ }).click();
  await page.getByRole("menuitem", { name: "eu-west-1" }).click();
  await page.getByText("No log groups").waitFor();
});

test("an event is found and opened by keyboard alone", options, async (t) => {
  const { page, go } = await openPage(t, server);
  await go("/logs/groups/hostile/events");
  await page.locator(".event-row").first().waitFor();
  await page.getByRole("searchbox", { name: "Filter pattern" }).focus();
  await page.keyboard.type("after");
  await page.keyboard.press("Enter");
  await page.getByText("(1)").waitFor();
  const opener = page.getByRole("button", { name: /^Open the event/ });
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    if (await opener.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  await page.getByText("Show events around it").waitFor();
});
