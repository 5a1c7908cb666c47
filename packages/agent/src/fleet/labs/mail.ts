import type { TestContext } from "node:test";
import { CreateTopicCommand, ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import type { Email } from "postal-mime";
import { mailServer } from "../../../../server/test/notifications/house.ts";
import { postfixMissing, startPostfix } from "../../../../server/test/notifications/postfix.ts";
import { eventually } from "./parts.ts";

/** A mailbox that takes mails to example.org. */
export interface Mailbox {
  /** Where a server hands mails in. */
  readonly url: string;
  /** Waits for a mail with such a subject. */
  mailWith(subject: RegExp, seconds?: number): Promise<Email>;
  count(): Promise<number>;
}

/** Postfix where there is one; else a mail server in Node, and the test says so. */
export async function openMailbox(t: TestContext): Promise<Mailbox> {
  const missing = postfixMissing();
  let mails: () => Promise<readonly Email[]>;
  let url: string;
  if (missing === undefined) {
    const postfix = await startPostfix(t);
    url = postfix.url;
    mails = () => postfix.mails();
  } else {
    t.diagnostic(`mails go to a mail server in Node: ${missing}`);
    const server = await mailServer(t);
    url = server.url;
    mails = async () => server.mails;
  }
  return {
    url,
    mailWith: (subject, seconds) =>
      eventually(
        `a mail ${subject}`,
        async () => (await mails()).find((mail) => subject.test(mail.subject ?? "")),
        seconds,
      ),
    count: async () => (await mails()).length,
  };
}

/** A topic with one address that was confirmed by the link of its mail. */
export async function confirmedTopic(
  client: ConstructorParameters<typeof SNSClient>[0],
  mailbox: Mailbox,
  Name: string,
): Promise<string> {
  const sns = new SNSClient(client ?? {});
  try {
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.org" }));
    const mail = await mailbox.mailWith(/^AWS Notification - Subscription Confirmation$/);
    const page = await fetch(/https?:\/\/\S+/.exec(mail.text ?? "")?.[0] ?? "");
    if (!/Subscription confirmed!/.test(await page.text())) throw new Error("the link of the mail confirms nothing");
    await eventually("a confirmed subscription", async () => {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
      return Subscriptions[0]?.SubscriptionArn?.startsWith("arn:");
    });
    return TopicArn;
  } finally {
    sns.destroy();
  }
}
