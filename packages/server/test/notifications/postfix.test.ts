import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { eventually, openHouse } from "./house.ts";
import { postfixMissing, startPostfix } from "./postfix.ts";

const skip = postfixMissing() ?? false;

test("postfix takes the confirmation and the messages, whole", { skip }, async (t) => {
  const postfix = await startPostfix(t);
  const { sns, outbox } = await openHouse(t, { smtpUrl: postfix.url });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  const mailWith = (subject: string) =>
    eventually(async () => (await postfix.mails()).find((mail) => mail.subject === subject));

  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ann@example.org" }));
  const asked = await mailWith("AWS Notification - Subscription Confirmation");
  assert.equal(asked.to?.[0]?.address, "ann@example.org");
  const page = await fetch(/https?:\/\/\S+/.exec(asked.text ?? "")?.[0] ?? "");
  assert.match(await page.text(), /Subscription confirmed!/);

  const Message = `Größe\n.\nFrom the start\n${"long ".repeat(500)}`;
  await sns.send(new PublishCommand({ TopicArn, Subject: 'ALARM: "größer" in US East (N. Virginia)', Message }));
  const mail = await mailWith('ALARM: "größer" in US East (N. Virginia)');
  assert.ok(mail.text?.startsWith(Message));

  // Postfix relays for nobody: the refusal is final, and seen.
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "bob@elsewhere.example" }));
  const refused = await eventually(() => outbox.givenUp(1)[0]);
  assert.match(refused.lastError ?? "", /554 .*Relay access denied/);
});
