import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateBucketCommand,
  GetBucketLoggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { openHouse } from "../s3-house.ts";

test("calls of a bucket are written into another one, once its policy lets the logging service in", async (t) => {
  const { client, clock, endpoint } = await openHouse(t);
  for (const Bucket of ["seen", "logs"]) await client.send(new CreateBucketCommand({ Bucket }));
  const LoggingEnabled = { TargetBucket: "logs", TargetPrefix: "access/" };
  const log = (enabled: typeof LoggingEnabled) =>
    client.send(new PutBucketLoggingCommand({ Bucket: "seen", BucketLoggingStatus: { LoggingEnabled: enabled } }));
  await assert.rejects(log({ ...LoggingEnabled, TargetBucket: "none" }), { name: "InvalidTargetBucketForLogging" });
  await log(LoggingEnabled);
  assert.deepEqual((await client.send(new GetBucketLoggingCommand({ Bucket: "seen" }))).LoggingEnabled, LoggingEnabled);
  await client.send(new PutObjectCommand({ Bucket: "seen", Key: "before", Body: "v" }));
  const logs = async () => (await client.send(new ListObjectsV2Command({ Bucket: "logs" }))).Contents ?? [];
  await clock.advance(300_000);
  assert.deepEqual(await logs(), []);
  const statement = {
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::logs/access/*",
    Condition: {
      ArnLike: { "aws:SourceArn": "arn:aws:s3:::seen" },
      StringEquals: { "aws:SourceAccount": "111122223333" },
    },
  };
  await client.send(
    new PutBucketPolicyCommand({
      Bucket: "logs",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    }),
  );
  await client.send(new PutObjectCommand({ Bucket: "seen", Key: "k", Body: "12345" }));
  await client.send(new GetObjectCommand({ Bucket: "seen", Key: "k", Range: "bytes=1-2" }));
  await fetch(`${endpoint}/seen/k`);
  let found = await logs();
  for (let i = 0; found.length === 0 && i < 100; i++) {
    await clock.advance(300_000);
    found = await logs();
  }
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "logs", Key: found[0]?.Key }));
  const lines = ((await Body?.transformToString()) ?? "")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
  assert.match(found[0]?.Key ?? "", /^access\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/);
  assert.deepEqual(
    lines.map((fields) => [fields[1], fields[5], fields[7], fields[8], fields[10], fields[11], fields[12], fields[13]]),
    [
      ["seen", "arn:aws:iam::111122223333:user/u", "REST.PUT.OBJECT", "k", "200", "-", "-", "5"],
      ["seen", "arn:aws:iam::111122223333:user/u", "REST.GET.OBJECT", "k", "206", "-", "2", "2"],
      ["seen", "-", "REST.GET.OBJECT", "k", "403", "AccessDenied", "-", "-"],
    ],
  );
});
