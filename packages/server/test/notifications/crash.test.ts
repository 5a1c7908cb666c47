import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { freePort, type ServerProcess, startServerProcess } from "../crash/server-process.ts";
import { eventually, mailServer, webhook } from "./house.ts";

const MESSAGES = 120;
const PUBLISHERS = 6;
/** Killed whenever so many more were acknowledged. */
const KILL_EVERY = 30;

test("what a killed server acknowledged reaches every subscriber: webhook, mailbox and queue", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-notifications-crash-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const smtp = await mailServer(t);
  let answers = 0;
  // Every third try fails, so that there are always deliveries that wait for another.
  const hook = await webhook(t, (_hit, response) => response.writeHead(answers++ % 3 === 2 ? 503 : 200).end());
  for (const [name, value] of [
    ["NEPHOSCOPE_SMTP_URL", smtp.url],
    ["NEPHOSCOPE_ALLOW_PRIVATE_TARGETS", "127.0.0.0/8"],
  ] as const) {
    process.env[name] = value;
    t.after(() => delete process.env[name]);
  }
  const port = await freePort();
  const credential = { accessKeyId: "AKIACRASHCRASHCRASH0", secret: "of-the-crash-test" };
  const endpoint = `http://127.0.0.1:${port}`;
  let server: ServerProcess | undefined;
  t.after(() => server?.kill());
  const ready = async () => {
    server = startServerProcess({ data, port, credential });
    await eventually(() =>
      fetch(endpoint).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
  };
  const config = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: credential.accessKeyId, secretAccessKey: credential.secret },
    maxAttempts: 1,
  };
  const sns = new SNSClient(config);
  const sqs = new SQSClient(config);

  await ready();
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  const DeliveryPolicy = JSON.stringify({
    healthyRetryPolicy: { numRetries: 50, numNoDelayRetries: 50, minDelayTarget: 1, maxDelayTarget: 1 },
  });
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "http",
      Endpoint: hook.url,
      Attributes: { DeliveryPolicy, RawMessageDelivery: "true" },
    }),
  );
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ann@example.org" }));
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: "arn:aws:sqs:us-east-1:123456789012:q",
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  const asked = await eventually(() => hook.hits[0]);
  await fetch((JSON.parse(asked.body) as { SubscribeURL: string }).SubscribeURL);
  const mail = await eventually(() => smtp.mails[0]);
  await fetch(/https?:\/\/\S+/.exec(mail.text ?? "")?.[0] ?? "");

  const acknowledged = new Set<string>();
  let next = 0;
  let killing: Promise<void> | undefined;
  let kills = 0;
  const publisher = async () => {
    while (next < MESSAGES) {
      const Message = `message-${next++}`;
      try {
        await sns.send(new PublishCommand({ TopicArn, Message }));
        acknowledged.add(Message);
      } catch {
        // Cut off by the kill: nobody promised anything. The publisher goes on when the server is back.
        await killing;
      }
      if (acknowledged.size >= KILL_EVERY * (kills + 1) && kills < 3) {
        kills += 1;
        killing = server?.kill().then(ready);
        await killing;
      }
    }
  };
  await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
  await killing;
  assert.equal(kills, 3);
  assert.ok(acknowledged.size >= KILL_EVERY * 3, `${acknowledged.size} acknowledged`);

  const missing = (reached: ReadonlySet<string | undefined>) => [...acknowledged].filter((text) => !reached.has(text));
  const queued = new Set<string | undefined>();
  await eventually(async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body } of Messages) queued.add(Body);
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return missing(queued).length === 0;
  });
  await eventually(() => missing(new Set(hook.hits.map(({ body }) => body))).length === 0);
  await eventually(() => missing(new Set(smtp.mails.map(({ text }) => text?.split("\n")[0]))).length === 0);
  const mails = smtp.mails.length - 1;
  t.diagnostic(
    `${acknowledged.size} acknowledged over 3 kills; ${mails} mails, ${hook.hits.length} posts, ${queued.size} in the queue`,
  );
  await server?.stop();
});
