import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { eventually, mailServer, openHouse } from "./house.ts";

const linkIn = (text: string | undefined): string => /https?:\/\/\S+/.exec(text ?? "")?.[0] ?? "";

/** A topic with a mail address that waits for its confirmation, and the mail that asks for it. */
async function subscribed(t: TestContext, protocol: "email" | "email-json" = "email") {
  const smtp = await mailServer(t);
  const house = await openHouse(t, { smtpUrl: smtp.url });
  const { TopicArn } = await house.sns.send(new CreateTopicCommand({ Name: "CloudWatch_alarm_notifications" }));
  const answer = await house.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: protocol, Endpoint: "ops@example.org" }),
  );
  assert.equal(answer.SubscriptionArn, "pending confirmation");
  const confirmation = await eventually(() => smtp.mails[0]);
  const list = async () =>
    (await house.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? [];
  return { ...house, smtp, TopicArn: TopicArn ?? "", confirmation, list };
}

test("the confirmation mail's link opens the page that confirms; before that nothing is sent", async (t) => {
  const { sns, smtp, TopicArn, confirmation, list, endpoint } = await subscribed(t);
  assert.equal(confirmation.subject, "AWS Notification - Subscription Confirmation");
  assert.equal(confirmation.to?.[0]?.address, "ops@example.org");
  assert.ok(confirmation.text?.includes(`You have chosen to subscribe to the topic:\n${TopicArn}\n`));
  const link = linkIn(confirmation.text);
  assert.ok(link.startsWith(`${endpoint}/confirmation.html?TopicArn=`), link);
  assert.equal((await list())[0]?.SubscriptionArn, "PendingConfirmation");

  await sns.send(new PublishCommand({ TopicArn, Message: "too early" }));
  // A mail program that only looks whether the page is there confirms nothing.
  assert.equal((await fetch(link, { method: "HEAD" })).status, 200);
  assert.equal((await list())[0]?.SubscriptionArn, "PendingConfirmation");

  const page = await fetch(link);
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.match(html, /<h1>Subscription confirmed!<\/h1>/);
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const [subscription] = await list();
  assert.match(subscription?.SubscriptionArn ?? "", new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
  assert.ok(html.includes(subscription?.SubscriptionArn ?? "?"));
  assert.match(await (await fetch(link)).text(), /Subscription confirmed!/, "following the link again says the same");

  await sns.send(new PublishCommand({ TopicArn, Message: "Grüße\n<b>x</b>", Subject: 'ALARM: "x"' }));
  const mail = await eventually(() => smtp.mails[1]);
  assert.equal(mail.subject, 'ALARM: "x"');
  assert.ok(mail.text?.startsWith("Grüße\n<b>x</b>\n\n--\n"));
  assert.ok(mail.text?.includes(`${endpoint}/unsubscribe.html?SubscriptionArn=`));
  assert.equal(smtp.mails.length, 2);
});

test("a link with a wrong token, topic or text confirms nothing and shows no text of its own", async (t) => {
  const { TopicArn, confirmation, list, endpoint } = await subscribed(t);
  const token = new URL(linkIn(confirmation.text)).searchParams.get("Token") ?? "";
  for (const [topic, wrong] of [
    [TopicArn, `${token.slice(1)}0`],
    [`${TopicArn}x`, token],
    ["<script>alert(1)</script>", token],
    [TopicArn, ""],
  ] as const) {
    const page = await fetch(`${endpoint}/confirmation.html?${new URLSearchParams({ TopicArn: topic, Token: wrong })}`);
    assert.equal(page.status, 400);
    assert.doesNotMatch(await page.text(), /<script>/);
  }
  assert.equal((await list())[0]?.SubscriptionArn, "PendingConfirmation");
  assert.equal((await fetch(linkIn(confirmation.text), { method: "POST" })).status, 404, "the page takes no POST");
});

test("asking again sends a new link, and the old one is worth nothing", async (t) => {
  const { sns, smtp, TopicArn, confirmation, list } = await subscribed(t);
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.org" }));
  const second = await eventually(() => smtp.mails[1]);
  assert.equal((await fetch(linkIn(confirmation.text))).status, 400);
  assert.equal((await list()).length, 1);
  assert.equal((await fetch(linkIn(second.text))).status, 200);
});

test("the unsubscribe link ends it, and the farewell's link brings it back", async (t) => {
  const { sns, smtp, TopicArn, confirmation, list } = await subscribed(t);
  await fetch(linkIn(confirmation.text));
  await sns.send(new PublishCommand({ TopicArn, Message: "one" }));
  const mail = await eventually(() => smtp.mails[1]);
  assert.equal((await fetch(linkIn(mail.text), { method: "HEAD" })).status, 200);
  assert.match((await list())[0]?.SubscriptionArn ?? "", /^arn:/, "looking is not leaving");
  assert.match(await (await fetch(linkIn(mail.text))).text(), /Subscription removed!/);
  const farewell = await eventually(() => smtp.mails[2]);
  assert.equal(farewell.subject, "AWS Notification - Unsubscribe Confirmation");
  await sns.send(new PublishCommand({ TopicArn, Message: "two" }));
  assert.match(await (await fetch(linkIn(farewell.text))).text(), /Subscription confirmed!/);
  await sns.send(new PublishCommand({ TopicArn, Message: "three" }));
  const back = await eventually(() => smtp.mails[3]);
  assert.ok(back.text?.startsWith("three"), "nothing was sent in between");
});

test("a subscription confirmed by a call that asked for it is not removed by a link", async (t) => {
  const { sns, TopicArn, confirmation, list, endpoint } = await subscribed(t);
  const token = new URL(linkIn(confirmation.text)).searchParams.get("Token") ?? "";
  const { ConfirmSubscriptionCommand } = await import("@aws-sdk/client-sns");
  const confirmed = await sns.send(
    new ConfirmSubscriptionCommand({ TopicArn, Token: token, AuthenticateOnUnsubscribe: "true" }),
  );
  const SubscriptionArn = confirmed.SubscriptionArn ?? "";
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  assert.equal(Attributes?.ConfirmationWasAuthenticated, "true");
  const page = await fetch(`${endpoint}/unsubscribe.html?${new URLSearchParams({ SubscriptionArn })}`);
  assert.equal(page.status, 403);
  assert.equal((await list()).length, 1);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  assert.equal((await list()).length, 0);
});

test("email-json gets the signed document", async (t) => {
  const { sns, smtp, TopicArn, confirmation } = await subscribed(t, "email-json");
  const asked = JSON.parse(confirmation.text ?? "") as Record<string, string>;
  assert.equal(asked.Type, "SubscriptionConfirmation");
  assert.match(await (await fetch(asked.SubscribeURL ?? "")).text(), /<SubscriptionArn>arn:aws:sns:/);
  await sns.send(new PublishCommand({ TopicArn, Message: "x", Subject: "s" }));
  const mail = await eventually(() => smtp.mails[1]);
  const { Type, Message, Subject } = JSON.parse(mail.text ?? "") as Record<string, string>;
  assert.deepEqual([Type, Message, Subject, mail.subject], ["Notification", "x", "s", "s"]);
});

test("an alarm's mail has the readable text and the graph; without the graph it goes all the same", async (t) => {
  const { smtp, TopicArn, confirmation, notifications, drawing } = await subscribed(t);
  await fetch(linkIn(confirmation.text));
  const png = Buffer.from("89504e470d0a1a0a0000", "hex");
  const asked: unknown[] = [];
  let draws = true;
  drawing.drawnBy(async (request) => {
    asked.push(request);
    if (!draws) throw new Error("too many pictures");
    return png;
  });
  const notify = (id: string) =>
    notifications.of(TopicArn)?.deliver(
      TopicArn,
      {
        id,
        account: "123456789012",
        region: "us-east-1",
        principal: "cloudwatch.amazonaws.com",
        sourceArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a",
        at: 0,
        subject: 'ALARM: "a" in US East (N. Virginia)',
        message: '{"AlarmName":"a"}',
        mail: 'You are receiving this email because your Amazon CloudWatch Alarm "a" <is> in ALARM',
        event: {},
        graph: '{"metrics":[]}',
      },
      new AbortController().signal,
    );
  await notify("n1");
  const mail = await eventually(() => smtp.mails[1]);
  assert.equal(mail.subject, 'ALARM: "a" in US East (N. Virginia)');
  assert.ok(mail.text?.startsWith("You are receiving this email"));
  assert.ok(mail.html?.includes("&#60;is&#62;") && mail.html.includes("cid:graph@nephoscope"));
  assert.deepEqual(mail.attachments[0]?.content, new Uint8Array(png).buffer);
  assert.deepEqual(asked, [{ widget: '{"metrics":[]}', account: "123456789012", region: "us-east-1" }]);
  draws = false;
  await notify("n2");
  const plain = await eventually(() => smtp.mails[2]);
  assert.deepEqual([plain.attachments.length, plain.subject], [0, mail.subject]);
});

test("a mail server that refuses for good is seen in the outbox's list, one that is busy is asked again", async (t) => {
  const { sns, smtp, TopicArn, confirmation, outbox } = await subscribed(t);
  await fetch(linkIn(confirmation.text));
  smtp.refuse(550);
  await sns.send(new PublishCommand({ TopicArn, Message: "refused" }));
  const given = await eventually(() => outbox.givenUp(1)[0]);
  assert.match(given.lastError ?? "", /mailbox trouble/);
  smtp.refuse(451);
  await sns.send(new PublishCommand({ TopicArn, Message: "busy" }));
  const waiting = await eventually(() => outbox.waiting(1).find(({ attempts }) => attempts === 1));
  assert.match(waiting.lastError ?? "", /mailbox trouble/);
  assert.ok(waiting.dueAt > Date.now() + 5_000, "the next try is in ten seconds");
});

test("without a mail server the confirmation is in the mail outbox, and its link works", async (t) => {
  const house = await openHouse(t);
  const { TopicArn } = await house.sns.send(new CreateTopicCommand({ Name: "t" }));
  await house.sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.org" }));
  const mail = await eventually(() => house.kept.list(1)[0]);
  assert.equal(mail.subject, "AWS Notification - Subscription Confirmation");
  assert.match(await (await fetch(linkIn(mail.text))).text(), /Subscription confirmed!/);
});
