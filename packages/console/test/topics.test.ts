import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { type ConsoleServer, KEY, noBrowser, openPage, REGION, startConsole, theBrowser } from "./browser.ts";

const options = { skip: noBrowser };
let server: ConsoleServer;
let sns: SNSClient;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  if (noBrowser !== false) return;
  server = await startConsole({ after: (end) => void ends.push(end) });
  sns = new SNSClient({ endpoint: server.endpoint, region: REGION, credentials: KEY });
});
after(async () => {
  for (const end of ends) await end();
});

test(
  "a topic is made and subscribed to; the mail's link confirms, a message reaches the outbox, and its link leaves again",
  options,
  async (t) => {
    const { page, go, complaints } = await openPage(t, server);
    await go("/topics");
    await page.getByText("No topics").waitFor();
    await page.getByRole("button", { name: "Create topic" }).first().click();
    await page.getByLabel("Topic name").fill("news");
    await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("heading", { name: "news" }).waitFor();
    await page.getByRole("button", { name: "Create subscription" }).click();
    await page.getByLabel("Endpoint").fill("ann@example.org");
    await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("Pending confirmation").waitFor();
    await assertAccessible(page);

    await go("/outbox");
    await page.getByRole("button", { name: "AWS Notification - Subscription Confirmation" }).click();
    const [confirming] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("link", { name: /confirmation\.html/ }).click(),
    ]);
    await confirming.getByRole("heading", { name: "Subscription confirmed!" }).waitFor();
    await confirming.close();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

    await go("/topics/news");
    await page.getByText("Confirmed", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Publish message" }).click();
    await page.getByLabel("Subject").fill("Disk <b>full</b>");
    await page.getByRole("textbox", { name: "Message" }).fill("See http://evil.example/confirmation.html?x");
    await assertAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await page.getByText(/^The message .* was taken/).waitFor();

    await go("/outbox");
    await page.getByRole("button", { name: "Disk <b>full</b>" }).click();
    const mail = page.getByRole("region", { name: "Text of the mail" });
    await mail.getByText("evil.example").waitFor();
    assert.equal(await mail.getByRole("link", { name: /evil/ }).count(), 0);
    await assertAccessible(page);
    const [leaving] = await Promise.all([
      page.waitForEvent("popup"),
      mail.getByRole("link", { name: /unsubscribe\.html/ }).click(),
    ]);
    await leaving.getByRole("heading", { name: "Subscription removed!" }).waitFor();
    await go("/topics/news");
    // Who left by mistake has a mail with a link back.
    await page.getByText("Pending confirmation").waitFor();
    assert.deepEqual(complaints, []);
  },
);

for (const { name, ...view } of [
  { name: "light", width: 1280, dark: false },
  { name: "dark", width: 1280, dark: true },
  { name: "narrow and light", width: 390, dark: false },
  { name: "narrow and dark", width: 390, dark: true },
]) {
  test(`the pages that mails lead to are right and accessible: ${name}`, options, async (t) => {
    const TopicName = `for-${name.replaceAll(" ", "-")}`;
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: TopicName }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "bob@example.org" }));
    const { page, complaints, text } = await mailPage(t, view);
    const link = await keptLink(t, TopicName);

    // A program that only looks at links in mails asks for the head, and confirms nothing.
    assert.equal((await page.request.head(link)).status(), 200);
    const pending = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    assert.equal(pending.Subscriptions?.[0]?.SubscriptionArn, "PendingConfirmation");

    await page.goto(link);
    assert.match(await text(), /You have successfully subscribed/);
    await isRight(page, view.dark);
    await page.getByRole("link", { name: "click here to unsubscribe" }).click();
    assert.match(await text(), /has been deactivated/);
    await isRight(page, view.dark);
    await page.goto(`${server.endpoint}/confirmation.html?TopicArn=${TopicArn}&Token=wrong`);
    assert.match(await text(), /Subscription not confirmed.*The link is not valid/s);
    await isRight(page, view.dark);
    // The browser tells of the last page's status, 400.
    assert.deepEqual(
      complaints.filter((each) => !each.includes("400")),
      [],
    );
  });
}

/** A browser that is not signed in, as a telephone on which a mail is read. */
async function mailPage(
  t: { after(end: () => Promise<void>): void },
  { width, dark }: { readonly width: number; readonly dark: boolean },
) {
  const context = await (await theBrowser()).newContext({
    viewport: { width, height: 800 },
    colorScheme: dark ? "dark" : "light",
  });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, complaints, text: async () => (await page.getByRole("main").textContent()) ?? "" };
}

/** The link in the confirmation mail of a topic, as the outbox shows it. */
async function keptLink(t: { after(end: () => Promise<void>): void }, topic: string): Promise<string> {
  const { page, go } = await openPage(t, server);
  await go("/outbox");
  // The newest mail comes first.
  await page.getByRole("button", { name: "AWS Notification - Subscription Confirmation" }).first().click();
  const link = page.getByRole("link", { name: new RegExp(`confirmation\\.html.*${topic}`) });
  return (await link.getAttribute("href")) ?? "";
}

async function isRight(page: Page, dark: boolean): Promise<void> {
  const [wider, background] = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    getComputedStyle(document.body).backgroundColor,
  ]);
  assert.ok(Number(wider) <= 0, `${wider} pixels too wide`);
  assert.equal(background, dark ? "rgb(15, 22, 33)" : "rgb(255, 255, 255)");
  await assertAccessible(page);
}
