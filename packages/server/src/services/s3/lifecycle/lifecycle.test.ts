import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { openHouse } from "../s3-house.ts";

const Bucket = "passing";
const DAY_MS = 86_400_000;

async function house(t: TestContext, versioned: boolean, ...Rules: LifecycleRule[]) {
  const { client, clock } = await openHouse(t);
  await client.send(new CreateBucketCommand({ Bucket }));
  if (versioned)
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  if (Rules.length > 0)
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const put = (Key: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: "v", ...more }));
  /** `key`, `key (old)`, `key (marker)`. */
  const versions = async () => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    return [
      ...Versions.map(({ Key, IsLatest }) => (IsLatest ? `${Key}` : `${Key} (old)`)),
      ...DeleteMarkers.map(({ Key }) => `${Key} (marker)`),
    ].sort();
  };
  const until = async (expected: string[]) => {
    for (let i = 0; ; i++) {
      const found = await versions();
      if (JSON.stringify(found) === JSON.stringify(expected)) return;
      if (i === 200) assert.deepEqual(found, expected);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { client, clock, put, versions, until };
}

test("objects expire when they are as old as a rule says, with no others", async (t) => {
  const { clock, put, until } = await house(
    t,
    false,
    { ID: "logs", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 2 } },
    { ID: "tagged", Status: "Enabled", Filter: { Tag: { Key: "keep", Value: "no" } }, Expiration: { Days: 1 } },
  );
  await put("logs/1");
  await put("other");
  await put("tagged", { Tagging: "keep=no" });
  await clock.advance(2 * DAY_MS);
  await until(["logs/1", "other"]);
  await clock.advance(2 * DAY_MS);
  await until(["other"]);
});

test("a version is hidden by a marker, goes when it was replaced for long, and the marker goes last", async (t) => {
  const { client, clock, put, until } = await house(t, true, {
    ID: "1",
    Status: "Enabled",
    Filter: {},
    Expiration: { Days: 10 },
    NoncurrentVersionExpiration: { NoncurrentDays: 5 },
  });
  await put("k");
  await put("k");
  await put("gone");
  await client.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
  await clock.advance(7 * DAY_MS);
  await until(["gone (marker)", "k"]);
  await clock.advance(5 * DAY_MS);
  await until(["k (marker)", "k (old)"]);
  await clock.advance(12 * DAY_MS);
  await until([]);
});

test("of versions that were replaced the newest so many stay", async (t) => {
  const { clock, put, versions, until } = await house(t, true, {
    ID: "1",
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
  });
  for (let i = 0; i < 5; i++) await put("k");
  assert.equal((await versions()).length, 5);
  await clock.advance(3 * DAY_MS);
  await until(["k", "k (old)", "k (old)"]);
});

test("uploads that nobody completed are removed", async (t) => {
  const { client, clock } = await house(t, false, {
    ID: "1",
    Status: "Enabled",
    Filter: { Prefix: "" },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
  });
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
  const uploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0;
  await clock.advance(2 * DAY_MS);
  assert.equal(await uploads(), 1);
  await clock.advance(3 * DAY_MS);
  // A run that was under way looks at the time when it began; the next one comes six hours later.
  for (let i = 0; (await uploads()) > 0 && i < 50; i++) await clock.advance(DAY_MS / 4);
  assert.equal(await uploads(), 0);
});

test("rules are told as they were given, and refused where they say nothing or what is not here", async (t) => {
  const { client } = await house(t, false);
  const put = (...Rules: LifecycleRule[]) =>
    client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const get = async () => (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
  await assert.rejects(get(), { name: "NoSuchLifecycleConfiguration" });
  const rule: LifecycleRule = {
    ID: "1",
    Status: "Enabled",
    Filter: { And: { Prefix: "a", Tags: [{ Key: "t", Value: "1" }], ObjectSizeGreaterThan: 5 } },
    Expiration: { Days: 3 },
  };
  await put(rule);
  assert.deepEqual(await get(), [rule]);
  await assert.rejects(put({ ...rule, Transitions: [{ Days: 1, StorageClass: "GLACIER" }] }), {
    name: "NotImplemented",
  });
  await assert.rejects(put({ ID: "1", Status: "Enabled", Filter: {} }), { name: "InvalidRequest" });
  await assert.rejects(put({ ...rule, Expiration: { Days: 0 } }), { name: "InvalidArgument" });
  await assert.rejects(put(rule, rule), { name: "InvalidArgument" });
  await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
  await assert.rejects(get(), { name: "NoSuchLifecycleConfiguration" });
});
