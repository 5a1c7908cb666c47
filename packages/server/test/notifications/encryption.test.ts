import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { ACCOUNT, eventually, openHouse, REGION } from "./house.ts";

const SECRET = "a text that must not lie on the disk";

/** Whether any file of the data directory holds the text as it is. */
const onDisk = (data: string): boolean =>
  readdirSync(data).some((name) => /\.db/.test(name) && readFileSync(join(data, name)).includes(SECRET));

/** A key that its account's principals and the services may use. */
async function makeKey(kms: KMSClient): Promise<string> {
  const allow = (Principal: object | string) => ({ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      allow({ AWS: [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:user/test`] }),
      allow({ Service: ["sns.amazonaws.com", "cloudwatch.amazonaws.com"] }),
    ],
  });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
  return KeyMetadata?.Arn ?? "";
}

async function receive(sqs: SQSClient, QueueUrl: string | undefined) {
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  return message?.Body;
}

test("bodies of a queue with a key are encrypted where they are kept, and received as they were sent", async (t) => {
  for (const Attributes of [{ KmsMasterKeyId: "alias/aws/sqs" }, { SqsManagedSseEnabled: "true" }]) {
    const { sqs, data } = await openHouse(t);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q", Attributes }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: SECRET }));
    assert.equal(onDisk(data), false);
    assert.equal(await receive(sqs, QueueUrl), SECRET);
  }
});

test("a queue without encryption keeps what it is given", async (t) => {
  const { sqs, data } = await openHouse(t);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: SECRET }));
  assert.equal(onDisk(data), true, "the other tests look in the right place");
});

test("nothing is sent to or received from a queue whose key is disabled", async (t) => {
  const { sqs, kms } = await openHouse(t);
  const KmsMasterKeyId = await makeKey(kms);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q", Attributes: { KmsMasterKeyId } }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: SECRET }));
  await kms.send(new DisableKeyCommand({ KeyId: KmsMasterKeyId }));
  await assert.rejects(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "more" })), { name: "KmsDisabled" });
  await assert.rejects(receive(sqs, QueueUrl), { name: "KmsDisabled" });
  await kms.send(new EnableKeyCommand({ KeyId: KmsMasterKeyId }));
  assert.equal(await receive(sqs, QueueUrl), SECRET);
});

test("a queue has one kind of encryption at a time, and the last one set is in force", async (t) => {
  const { sqs } = await openHouse(t);
  const both = { KmsMasterKeyId: "alias/aws/sqs", SqsManagedSseEnabled: "true" };
  await assert.rejects(sqs.send(new CreateQueueCommand({ QueueName: "q", Attributes: both })), {
    name: "InvalidAttributeValue",
  });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "q", Attributes: { SqsManagedSseEnabled: "true" } }),
  );
  const set = (Attributes: Record<string, string>) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const read = async () => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return [Attributes?.KmsMasterKeyId, Attributes?.SqsManagedSseEnabled];
  };
  await set({ KmsMasterKeyId: "alias/aws/sqs" });
  assert.deepEqual(await read(), ["alias/aws/sqs", "false"]);
  await set({ SqsManagedSseEnabled: "true" });
  assert.deepEqual(await read(), [undefined, "true"]);
});

test("a message stays readable in a dead-letter queue, and after the queue's encryption was changed", async (t) => {
  const { sqs } = await openHouse(t);
  const { QueueUrl: dead } = await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: "q",
      Attributes: {
        KmsMasterKeyId: "alias/aws/sqs",
        VisibilityTimeout: "0",
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`,
          maxReceiveCount: 1,
        }),
      },
    }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: SECRET }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { KmsMasterKeyId: "" } }));
  assert.equal(await receive(sqs, QueueUrl), SECRET);
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(await receive(sqs, dead), SECRET);
});

test("messages of a topic with a key wait encrypted, and arrive once the key of the queue can be used", async (t) => {
  const { sns, sqs, kms, data, outbox } = await openHouse(t);
  const [ofTopic, ofQueue] = [await makeKey(kms), await makeKey(kms)];
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t", Attributes: { KmsMasterKeyId: ofTopic } }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "q", Attributes: { KmsMasterKeyId: ofQueue } }),
  );
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:q` }));
  await kms.send(new DisableKeyCommand({ KeyId: ofQueue }));
  await sns.send(new PublishCommand({ TopicArn, Message: SECRET }));
  await eventually(async () => outbox.waiting(10).some(({ attempts }) => attempts > 0));
  assert.equal(onDisk(data), false);
  await kms.send(new EnableKeyCommand({ KeyId: ofQueue }));
  assert.match((await eventually(() => receive(sqs, QueueUrl))) ?? "", new RegExp(SECRET));
  assert.equal(onDisk(data), false);
});

test("publishing to a topic whose key is disabled is refused", async (t) => {
  const { sns, kms } = await openHouse(t);
  const KmsMasterKeyId = await makeKey(kms);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn, AttributeName: "KmsMasterKeyId", AttributeValue: KmsMasterKeyId }),
  );
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  assert.equal(Attributes?.KmsMasterKeyId, KmsMasterKeyId);
  await kms.send(new DisableKeyCommand({ KeyId: KmsMasterKeyId }));
  await assert.rejects(sns.send(new PublishCommand({ TopicArn, Message: SECRET })), { name: /^KMSDisabled/ });
});
