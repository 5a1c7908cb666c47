import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ACCOUNT, CREDENTIAL, ended, eventually, makeBucket, openHouse, put, REGION, textsIn } from "./house.ts";

/** A key that CloudWatch Logs may use, as the user guide writes its policy. */
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
    {
      Effect: "Allow",
      Principal: { Service: `logs.${REGION}.amazonaws.com` },
      Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      Resource: "*",
    },
  ],
});

test("a group with a key is exported and sent on while its key can be used, and not otherwise", async (t) => {
  const house = await openHouse(t);
  const kms = new KMSClient({
    endpoint: house.endpoint,
    region: REGION,
    credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.secret },
  });
  t.after(() => kms.destroy());
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: POLICY }));
  const KeyId = KeyMetadata?.KeyId;
  const logGroupName = "sealed";
  await house.logs.send(new Logs.CreateLogGroupCommand({ logGroupName, kmsKeyId: KeyMetadata?.Arn }));
  await house.logs.send(new Logs.CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
  await makeBucket(house, "exports");
  const { QueueUrl } = await house.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  const subscribe = new Logs.PutSubscriptionFilterCommand({
    logGroupName,
    filterName: "f",
    filterPattern: "",
    destinationArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`,
  });
  await house.logs.send(subscribe);
  const received: string[] = [];
  const receive = async () => {
    const { Messages = [] } = await house.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body = "" } of Messages) {
      const payload: { logEvents: { message: string }[] } = JSON.parse(
        gunzipSync(Buffer.from(Body, "base64")).toString(),
      );
      received.push(...payload.logEvents.map(({ message }) => message));
    }
  };
  const until = (message: string) =>
    eventually(async () => {
      await receive();
      return received.includes(message) ? true : undefined;
    });
  await put(house, logGroupName, "s", "one");
  await until("one");

  const task = new Logs.CreateExportTaskCommand({
    logGroupName,
    destination: "exports",
    from: 0,
    to: Date.now() + 60_000,
  });
  const { taskId } = await house.logs.send(task);
  assert.equal((await ended(house, taskId)).status?.code, "COMPLETED");
  const [text] = Object.values(await textsIn(house, "exports", `exportedlogs/${taskId}/`));
  assert.match(text ?? "", /Z one\n$/);

  await kms.send(new DisableKeyCommand({ KeyId }));
  await assert.rejects(house.logs.send(task), { name: "AccessDeniedException" });
  await assert.rejects(house.logs.send(subscribe), { name: "AccessDeniedException" });
  await kms.send(new EnableKeyCommand({ KeyId }));
  await put(house, logGroupName, "s", "two");
  await until("two");
});
