import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AwsQueryProtocol } from "@aws-sdk/core/protocols";
import { openHouse } from "./house.ts";

async function queue(t: TestContext, attributes: Record<string, string> = {}) {
  const house = await openHouse(t);
  const QueueName = attributes.FifoQueue === undefined ? "q" : "q.fifo";
  const { QueueUrl } = await house.sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  return { ...house, QueueUrl };
}

test("a receiver that waits has the message as soon as it is sent", async (t) => {
  const { sqs, QueueUrl } = await queue(t);
  const waiting = [1, 2].map(() => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
  for (const MessageBody of ["a", "b"]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const got = (await Promise.all(waiting)).flatMap(({ Messages }) => Messages ?? []);
  assert.deepEqual(got.map(({ Body }) => Body).sort(), ["a", "b"]);
});

test("a receiver that waits for a group gets its next message when the one before is deleted", async (t) => {
  const { sqs, QueueUrl } = await queue(t, { FifoQueue: "true", ContentBasedDeduplication: "true" });
  for (const MessageBody of ["1", "2"])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  assert.equal((await waiting).Messages?.[0]?.Body, "2");
});

test("a receiver that waits at a queue that is deleted is told at its next look", async (t) => {
  const { sqs, QueueUrl } = await queue(t);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 1 }));
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const refused = assert.rejects(waiting, { name: "QueueDoesNotExist" });
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await refused;
});

test("older clients speak the Query protocol, with its own error codes", async (t) => {
  const { endpoint, QueueUrl } = await queue(t);
  const query = new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIANOTIFICATIONS000", secretAccessKey: "a-secret-of-the-tests" },
    maxAttempts: 1,
    protocol: new AwsQueryProtocol({
      defaultNamespace: "com.amazonaws.sqs",
      version: "2012-11-05",
      xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    }),
  });
  const { MessageId } = await query.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "<a> & b",
      MessageAttributes: { n: { DataType: "Number", StringValue: "1" } },
    }),
  );
  const { Messages } = await query.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
  assert.deepEqual([Messages?.[0]?.MessageId, Messages?.[0]?.Body], [MessageId, "<a> & b"]);
  assert.equal(Messages?.[0]?.MessageAttributes?.n?.StringValue, "1");
  const { Attributes } = await query.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  assert.equal(Attributes?.QueueArn, "arn:aws:sqs:us-east-1:123456789012:q");
  await query.send(new DeleteQueueCommand({ QueueUrl }));
  await assert.rejects(query.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })), (error: Error) =>
    /NonExistentQueue|QueueDoesNotExist/.test(JSON.stringify({ ...error, name: error.name })),
  );
});
