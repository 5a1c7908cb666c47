// The walkthroughs' steps in the console, in their order and words: "collecting and analysing logs" section 5, "watching a database
// server" section 2. Mails go through postfix where there is one.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Page } from "playwright-core";
import { systemClock } from "../../server/src/platform/clock/clock.ts";
import { eventually, mailServer } from "../../server/test/notifications/house.ts";
import { postfixMissing, startPostfix } from "../../server/test/notifications/postfix.ts";
import { assertAccessible } from "./axe.ts";
import { noBrowser, openPage, startConsole } from "./browser.ts";
import { AUTH_FAILURE, accessLines, putLines } from "./sample.ts";

const options = { skip: noBrowser };
const MINUTE = 60_000;

test("a metric from logs: pattern, test, names, all metrics, sum of thirty seconds", options, async (t) => {
  const server = await startConsole(t);
  await putLines(server, "AccessLogGroup", "i-0aa/http.log", accessLines(20));
  await putLines(server, "AccessLogGroup", "i-0aa/httpErr.log", ["[error] AH00128: File does not exist"]);
  const { page, go, complaints } = await openPage(t, server);
  await go("/logs/groups/AccessLogGroup?tab=filters");
  await page.getByRole("button", { name: "Create metric filter" }).first().click();
  await page.getByLabel("Filter pattern").fill("[host, logName, user, timestamp, request, statusCode=404, size]");
  await choose(page, /^Log data to test/, /http\.log/);
  await page.getByRole("button", { name: "Test pattern" }).click();
  await page.getByText("4 of 20 events fit the pattern").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Filter name").fill("accesslogs-404-errors");
  await page.getByLabel("Metric namespace").fill("WebsiteLogMetrics");
  await page.getByLabel("Metric name", { exact: true }).fill("accesslogs-404-errors");
  await page.getByLabel("Metric value").fill("1");
  await page.getByLabel("Default value").fill("0");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Create metric filter" }).click();
  await page.getByText("The metric filter accesslogs-404-errors was created").waitFor();
  // Requests after the filter was made are counted.
  await putLines(server, "AccessLogGroup", "i-0aa/http.log", accessLines(10));
  await go("/metrics");
  const namespace = page.getByRole("link", { name: "WebsiteLogMetrics" });
  await eventually(async () => {
    await page.reload();
    await page.getByLabel("Search metrics").waitFor();
    return namespace.isVisible();
  });
  await namespace.click();
  await page.getByRole("link", { name: "Metrics with no dimensions" }).click();
  await page.getByRole("checkbox", { name: "accesslogs-404-errors" }).click({ force: true });
  await page.getByRole("tab", { name: "Graphed metrics (1)" }).click();
  await choose(page, "Statistic of m1", "Sum");
  await choose(page, "Period of m1", "30 seconds");
  await page.getByRole("button", { name: /Time range|Last 3 hours/ }).click();
  await page.getByRole("radio", { name: "Last hour" }).click({ force: true });
  await page.getByRole("button", { name: "Apply" }).click();
  const graph = page.getByRole("slider", { name: "Graph of metrics" });
  await page.getByText(/to 2\./).waitFor({ state: "attached" });
  const box = await graph.boundingBox();
  assert.ok(box !== null);
  // Hovering over the end shows each count.
  const counts = new Set<string>();
  for (let x = 14; x < 120; x += 3) {
    await page.mouse.move(box.x + box.width - x, box.y + 100);
    const [count = ""] = (await page.locator(".line-chart-values b").allTextContents()).map((text) => text.trim());
    counts.add(count);
  }
  assert.ok(counts.has("2"), [...counts].join(" "));
  assert.deepEqual(complaints, []);
});

const NAME = "database server authentication failures";
const GROUP = "database_server_security_logs";

test("an alarm with a confirmed e-mail: card, wizard, banner, confirmation, alarm, mail, OK", options, async (t) => {
  const mail = await startMail(t);
  const clock = systemClock();
  let ahead = 0;
  const server = await startConsole(t, {
    env: { NEPHOSCOPE_SMTP_URL: mail.url, NEPHOSCOPE_MAIL_FROM: "alarms@example.org" },
    clock: { now: () => clock.now() + ahead, after: clock.after },
  });
  const mailWith = (subject: RegExp) =>
    eventually(async () => (await mail.mails()).find((each) => subject.test(each.subject ?? "")));
  const write = (...lines: readonly string[]) =>
    server.logs.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: "i-0db",
        logEvents: lines.map((message) => ({ message, timestamp: Date.now() + ahead })),
      }),
    );
  await putLines(server, GROUP, "i-0db", ["Nov 15 20:35:01 ip-10-10-20-20 CROND[1]: (root) CMD (run-parts)"]);
  await write(...[1, 2, 3, 4].map(AUTH_FAILURE));
  const { page, go, complaints } = await openPage(t, server);

  // 1 Metric filter, tested on the stream.
  await go(`/logs/groups/${GROUP}?tab=filters`);
  await page.getByRole("button", { name: "Create metric filter" }).first().click();
  await page.getByLabel("Filter pattern").fill('"authentication failure"');
  await choose(page, /^Log data to test/, /i-0db/);
  await page.getByRole("button", { name: "Test pattern" }).click();
  await page.getByText("4 of 5 events fit the pattern").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Filter name").fill(NAME);
  await page.getByLabel("Metric namespace").fill("authentication failures");
  await page.getByLabel("Metric name", { exact: true }).fill(NAME);
  await page.getByLabel("Metric value").fill("1");
  await page.getByLabel("Default value").fill("0");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Create metric filter" }).click();
  await page.getByText(`The metric filter ${NAME} was created`).waitFor();

  // 2 The card, ticked: Create alarm.
  await page.getByRole("checkbox", { name: /Choose database server/ }).click({ force: true });
  await page.getByRole("button", { name: "Create alarm" }).click();
  await choose(page, /^Statistic/, "Sum");
  await page.getByRole("button", { name: /^Period 5 minutes/ }).waitFor();
  await page.getByRole("radio", { name: /^Static/ }).check({ force: true });
  await page.getByRole("radio", { name: "Greater", exact: true }).check({ force: true });
  await page.getByRole("textbox", { name: "Threshold" }).fill("2");
  await choose(page, /^Missing data treatment/, /not breaching/);
  await page.getByRole("button", { name: "Next" }).click();
  for (const state of ["In alarm", "OK"]) {
    await page.getByRole("button", { name: "Add notification" }).click();
    await page.getByRole("radio", { name: state, exact: true }).last().check({ force: true });
    if (state === "In alarm") {
      await page.getByRole("radio", { name: "Create new topic" }).check({ force: true });
      await page.getByLabel("Topic name").fill("CloudWatch_alarm_notifications");
      await page.getByLabel("E-mail endpoints").fill("ops@example.org");
      await page.getByRole("button", { name: "Create topic" }).click();
      await page.getByRole("button").filter({ hasText: "CloudWatch_alarm_notifications" }).waitFor();
    } else await choose(page, /^Topic/, "CloudWatch_alarm_notifications", "last");
  }
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Alarm name").fill(`${NAME} alarm`);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Create alarm" }).click();

  // 3 The banner, the mail's link, the page that it opens.
  await page.getByText("Some subscriptions are pending confirmation").first().waitFor();
  // It is OK by itself, and nobody is told of that: the address has not been confirmed.
  await page.getByText("Alarm updated from INSUFFICIENT_DATA to OK").waitFor({ timeout: 150_000 });
  const asked = await mailWith(/^AWS Notification - Subscription Confirmation$/);
  assert.match(asked.text ?? "", /arn:aws:sns:us-east-1:123456789012:CloudWatch_alarm_notifications/);
  await page.getByRole("link", { name: "View the subscriptions" }).click();
  await page.getByText("Pending confirmation").first().waitFor();
  const opened = await page.context().newPage();
  await opened.goto(/https?:\/\/\S+/.exec(asked.text ?? "")?.[0] ?? "");
  await opened.getByText("Subscription confirmed!").waitFor();
  await opened.close();
  await page.reload();
  await page.getByText("Confirmed", { exact: true }).first().waitFor();
  assert.equal((await mail.mails()).length, 1);

  // 4 Four failures, the alarm, the mail, and back to OK.
  await write(...[5, 6, 7, 8].map(AUTH_FAILURE));
  await go("/alarms?state=ALARM");
  await page.getByRole("link", { name: `${NAME} alarm` }).click({ timeout: 150_000 });
  await page.getByText("In alarm").first().waitFor();
  await page
    .getByText(/greater than the threshold \(2\.0\)/)
    .first()
    .waitFor();
  await page.getByRole("slider", { name: /Graph of/ }).waitFor();
  await page.getByText(/Threshold > 2/).waitFor({ state: "attached" });
  await page.getByText("Alarm updated from OK to ALARM").waitFor();
  await assertAccessible(page);
  const alarmed = await mailWith(/^ALARM: /);
  assert.match(alarmed.text ?? "", /State Change: +OK -> ALARM/);
  ahead += 6 * MINUTE;
  await write("Nov 15 20:45:01 ip-10-10-20-20 CROND[2]: (root) CMD (run-parts)");
  ahead += MINUTE;
  await mailWith(/^OK: /);
  await page.getByText("Alarm updated from ALARM to OK").waitFor({ timeout: 60_000 });
  assert.deepEqual(complaints, []);
});

async function startMail(t: TestContext) {
  const missing = postfixMissing();
  if (missing === undefined) return startPostfix(t);
  t.diagnostic(`mails go to a mail server in Node: ${missing}`);
  const { url, mails } = await mailServer(t);
  return { url, mails: async () => mails };
}

/** Chooses an option of a list that is opened by its button. */
async function choose(page: Page, button: string | RegExp, option: string | RegExp, which: "first" | "last" = "first") {
  await page.getByRole("button", { name: button })[which]().click();
  await page
    .getByRole("option", typeof option === "string" ? { name: option, exact: true } : { name: option })
    .first()
    .click();
}
