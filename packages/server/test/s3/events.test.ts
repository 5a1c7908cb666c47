import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type Event,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Functions } from "../../src/platform/functions/functions.ts";
import { NotDelivered, type Notification } from "../../src/platform/notifications/notification.ts";
import { NotQueued, type QueuedMessage, type QueueSender } from "../../src/platform/queues/message-queues.ts";
import type { EventTargets } from "../../src/services/s3/events/deliver-events.ts";
import { KEY, serveS3 } from "../../src/services/s3/s3-house.ts";

const Bucket = "telling";
const QUEUE = "arn:aws:sqs:us-east-1:111122223333:q";
const TOPIC = "arn:aws:sns:us-east-1:111122223333:t";
const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";

interface Told {
  readonly arn: string;
  readonly message: {
    readonly Event?: string;
    readonly Records?: {
      readonly eventName: string;
      readonly s3: { readonly object: { readonly key: string; readonly size?: number; readonly sequencer: string } };
      readonly userIdentity: { readonly principalId: string };
    }[];
  };
}

/** Targets that write down what they are told; a queue that fails as often as it is asked to. */
function recording(failures = 0) {
  const told: Told[] = [];
  const senders: QueueSender[] = [];
  const notifications: Notification[] = [];
  let left = failures;
  const functions: Functions = {
    takes: (arn) => arn === FUNCTION,
    async invoke(arn, event) {
      told.push({ arn, message: event });
    },
  };
  const targets: EventTargets = {
    queues: {
      takes: (arn) => arn.startsWith("arn:aws:sqs:"),
      find: (arn) => (arn === QUEUE ? { fifo: false } : undefined),
      async send(arn: string, message: QueuedMessage, sender: QueueSender) {
        if (left-- > 0) throw new NotQueued("away", { final: false });
        senders.push(sender);
        told.push({ arn, message: JSON.parse(message.body) });
      },
    },
    topics: {
      add: () => {},
      names: [],
      of: (arn) =>
        arn === TOPIC
          ? {
              name: "topic",
              takes: () => true,
              async deliver(_arn, notification) {
                if (notification.message === "") throw new NotDelivered("empty", { final: true });
                notifications.push(notification);
                told.push({ arn, message: JSON.parse(notification.message) });
              },
            }
          : undefined,
    },
    runner: { functions, runBy: () => {} },
  };
  return { targets, told, senders, notifications };
}

async function house(t: TestContext, data: string, targets: EventTargets | undefined) {
  const served = await serveS3(data);
  if (targets) served.tell(targets);
  const client = new S3Client({
    endpoint: served.endpoint,
    region: "us-east-1",
    credentials: KEY,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    client.destroy();
    await served.close();
  };
  t.after(close);
  return { client, clock: served.clock, close };
}

const folder = (t: TestContext) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-s3-events-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  return data;
};

const until = async (holds: () => boolean, step: () => Promise<void> | void = () => {}) => {
  for (let i = 0; !holds() && i < 300; i++) {
    await step();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(holds());
};

const notify = (client: S3Client, queueEvents: Event[], more: object = {}) =>
  client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations: [{ Id: "q", QueueArn: QUEUE, Events: queueEvents }], ...more },
    }),
  );

test("a queue, a topic and a function hear of what they asked for, in order", async (t) => {
  const { targets, told, senders, notifications } = recording();
  const { client } = await house(t, folder(t), targets);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await notify(client, ["s3:ObjectCreated:*"], {
    TopicConfigurations: [{ Id: "t", TopicArn: TOPIC, Events: ["s3:ObjectRemoved:*"] }],
    LambdaFunctionConfigurations: [
      {
        Id: "f",
        LambdaFunctionArn: FUNCTION,
        Events: ["s3:ObjectTagging:Put"],
        Filter: { Key: { FilterRules: [{ Name: "suffix", Value: ".csv" }] } },
      },
    ],
  });
  await client.send(new PutObjectCommand({ Bucket, Key: "a b/ü.csv", Body: "12345" }));
  await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/a%20b/%C3%BC.csv` }));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  const { ETag } = await client.send(
    new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "one" }),
  );
  await client.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key: "parts",
      UploadId,
      MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
    }),
  );
  const TagSet = [{ Key: "a", Value: "1" }];
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: "copy", Tagging: { TagSet } }));
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: "a b/ü.csv", Tagging: { TagSet } }));
  const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: "copy" }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "copy", VersionId }));
  await until(() => told.length === 9);
  const of = (arn: string) =>
    told
      .filter((one) => one.arn === arn)
      .map(
        ({ message }) => message.Event ?? `${message.Records?.[0]?.eventName} ${message.Records?.[0]?.s3.object.key}`,
      );
  assert.deepEqual(of(QUEUE), [
    "s3:TestEvent",
    "ObjectCreated:Put a+b/%C3%BC.csv",
    "ObjectCreated:Copy copy",
    "ObjectCreated:CompleteMultipartUpload parts",
  ]);
  assert.deepEqual(of(TOPIC), ["s3:TestEvent", "ObjectRemoved:DeleteMarkerCreated copy", "ObjectRemoved:Delete copy"]);
  assert.deepEqual(of(FUNCTION), ["s3:TestEvent", "ObjectTagging:Put a+b/%C3%BC.csv"]);
  assert.deepEqual(senders[0], {
    service: "s3.amazonaws.com",
    sourceArn: `arn:aws:s3:::${Bucket}`,
    sourceAccount: "111122223333",
  });
  assert.equal(notifications[0]?.subject, "Amazon S3 Notification");
  const put = told.find(({ message }) => message.Records?.[0]?.eventName === "ObjectCreated:Put")?.message.Records?.[0];
  assert.equal(put?.s3.object.size, 5);
  assert.equal(put?.userIdentity.principalId, "AWS:AIDAEXAMPLE");
});

test("an event outlives a server that could not tell it, and a target that fails at first", async (t) => {
  const data = folder(t);
  const first = await house(t, data, recording().targets);
  await first.client.send(new CreateBucketCommand({ Bucket }));
  await notify(first.client, ["s3:ObjectCreated:Put"]);
  await first.close();
  // A server that has no outbox yet keeps events with the objects.
  const second = await house(t, data, undefined);
  await second.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "v" }));
  await second.close();
  const { targets, told } = recording(3);
  const third = await house(t, data, targets);
  await until(
    () => told.some(({ message }) => message.Records?.[0]?.s3.object.key === "k"),
    () => third.clock.advance(1_000),
  );
  assert.equal(told.filter(({ message }) => message.Records).length, 1);
});

test("rules are told as they were given, and refused where they overlap or name nobody", async (t) => {
  const { client } = await house(t, folder(t), recording().targets);
  await client.send(new CreateBucketCommand({ Bucket }));
  await notify(client, ["s3:ObjectCreated:*"]);
  assert.deepEqual((await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).QueueConfigurations, [
    { Id: "q", QueueArn: QUEUE, Events: ["s3:ObjectCreated:*"] },
  ]);
  const refused = (more: object) =>
    assert.rejects(notify(client, ["s3:ObjectCreated:*"], more), { name: "InvalidArgument" });
  await refused({ TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectCreated:Put"] }] });
  await refused({
    TopicConfigurations: [{ TopicArn: "arn:aws:sns:us-east-1:111122223333:none", Events: ["s3:ObjectRemoved:*"] }],
  });
  await refused({ TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ReducedRedundancyLostObject"] }] });
});
