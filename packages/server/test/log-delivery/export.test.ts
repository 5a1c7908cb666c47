import assert from "node:assert/strict";
import { test } from "node:test";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { type Clients, ended, makeBucket, makeGroup, openHouse, put, textsIn } from "./house.ts";

const task = (logGroupName: string, destination: string, more: Partial<Logs.CreateExportTaskCommandInput> = {}) =>
  new Logs.CreateExportTaskCommand({ logGroupName, destination, from: 0, to: Date.now() + 60_000, ...more });

test("a group's events stand in one gzip file for each stream, under the task's id", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "/app/web", "a/b/[1]", "plain", "empty");
  await makeBucket(house, "exports");
  await put(house, "/app/web", "a/b/[1]", "one", "two\nlines", "ünïcode");
  await put(house, "/app/web", "plain", "other");
  const { taskId } = await house.logs.send(
    task("/app/web", "exports", { taskName: "nightly", destinationPrefix: "days/today" }),
  );
  assert.match(taskId ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  const over = await ended(house, taskId);
  assert.equal(over.status?.code, "COMPLETED");
  assert.match(over.status.message ?? "", /^Completed successfully; 4 events in 2 objects of \d+ bytes$/);
  assert.deepEqual(
    [over.taskName, over.logGroupName, over.destination, over.destinationPrefix, over.from],
    ["nightly", "/app/web", "exports", "days/today", 0],
  );
  const texts = await textsIn(house, "exports");
  assert.equal(texts["days/today/aws-logs-write-test"], "Permission Check Successful");
  const file = texts[`days/today/${taskId}/a-b-[1]/000000.gz`] ?? "";
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /.exec(file)?.[1];
  assert.equal(file, `${time} one\n${time} two\nlines\n${time} ünïcode\n`);
  assert.match(texts[`days/today/${taskId}/plain/000000.gz`] ?? "", /Z other\n$/);
  assert.equal(Object.keys(texts).length, 3);
  const head = await house.s3.send(
    new HeadObjectCommand({ Bucket: "exports", Key: `days/today/${taskId}/plain/000000.gz` }),
  );
  assert.deepEqual([head.ServerSideEncryption, head.ContentType], ["AES256", "application/x-gzip"]);
});

test("the range takes in both its ends, and the prefix chooses streams", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "web-1", "web-2", "db");
  await makeBucket(house, "exports");
  const now = Date.now();
  for (const logStreamName of ["web-1", "web-2", "db"]) {
    const logEvents = [1, 2, 3, 4].map((n) => ({ timestamp: now + n, message: `${logStreamName} ${n}` }));
    await house.logs.send(new Logs.PutLogEventsCommand({ logGroupName: "g", logStreamName, logEvents }));
  }
  const { taskId } = await house.logs.send(
    task("g", "exports", { from: now + 2, to: now + 3, logStreamNamePrefix: "web-" }),
  );
  await ended(house, taskId);
  const texts = await textsIn(house, "exports", `exportedlogs/${taskId}/`);
  const messages = Object.values(texts).flatMap((text) => text.trimEnd().split("\n"));
  assert.deepEqual(
    messages.map((line) => line.slice(25)),
    ["web-1 2", "web-1 3", "web-2 2", "web-2 3"],
  );
});

test("streams whose folders have the same name keep all their objects", async (t) => {
  const house = await openHouse(t);
  const streams = ["a-b-c", "a/b-c", "a/b/c", "a-b/c"];
  await makeGroup(house, "g", ...streams);
  await makeBucket(house, "exports");
  for (const stream of streams) await put(house, "g", stream, `of ${stream}`);
  const { taskId } = await house.logs.send(task("g", "exports"));
  await ended(house, taskId);
  const texts = await textsIn(house, "exports", `exportedlogs/${taskId}/`);
  assert.deepEqual(
    Object.keys(texts),
    [0, 1, 2, 3].map((n) => `exportedlogs/${taskId}/a-b-c/00000${n}.gz`),
  );
  assert.deepEqual(
    Object.values(texts)
      .map((text) => text.trimEnd().slice(25))
      .sort(),
    streams.map((stream) => `of ${stream}`).sort(),
  );
});

test("a bucket that is not there, is elsewhere, or lets nobody in is refused with the reason", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "s");
  const refused = (Bucket: string, message: RegExp) =>
    assert.rejects(house.logs.send(task("g", Bucket)), { name: "InvalidParameterException", message });
  await refused("not-there", /^The given bucket does not exist\. Please make sure the bucket is valid\.$/);
  await house.s3.send(
    new CreateBucketCommand({ Bucket: "elsewhere", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  await refused("elsewhere", /^The given bucket is in eu-west-1\./);
  await house.s3.send(new CreateBucketCommand({ Bucket: "closed" }));
  await refused("closed", /^GetBucketAcl call on the given bucket failed\. .*logs\.us-east-1\.amazonaws\.com/);
  const { exportTasks } = await house.logs.send(new Logs.DescribeExportTasksCommand({}));
  assert.deepEqual(exportTasks, []);
});

test("an account has one task at a time, and the list tells of all", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "s");
  await fill(house, "g", "s", 40_000);
  await makeBucket(house, "exports");
  const calls = await Promise.allSettled([1, 2, 3].map(() => house.logs.send(task("g", "exports"))));
  const made = calls.flatMap((call) => (call.status === "fulfilled" ? [call.value.taskId] : []));
  const refusals = calls.flatMap((call) => (call.status === "rejected" ? [String(call.reason)] : []));
  assert.equal(made.length, 1);
  const [taskId] = made;
  const refusal = `LimitExceededException: Resource limit exceeded. An account can have one export task at a time in a Region, and ${taskId} is not over yet.`;
  assert.deepEqual(refusals, [refusal, refusal]);
  await ended(house, taskId);
  await assert.rejects(house.logs.send(new Logs.CancelExportTaskCommand({ taskId })), {
    name: "InvalidOperationException",
  });
  await assert.rejects(house.logs.send(new Logs.CancelExportTaskCommand({ taskId: "unknown" })), {
    name: "ResourceNotFoundException",
    message: "The specified export task does not exist.",
  });
  const { taskId: next } = await house.logs.send(task("g", "exports"));
  await ended(house, next);
  const list = async (input: Logs.DescribeExportTasksCommandInput) => {
    const { exportTasks = [], nextToken } = await house.logs.send(new Logs.DescribeExportTasksCommand(input));
    return { ids: exportTasks.map((each) => each.taskId), nextToken };
  };
  assert.deepEqual((await list({})).ids, [taskId, next]);
  assert.deepEqual((await list({ statusCode: "COMPLETED" })).ids, [taskId, next]);
  assert.deepEqual((await list({ statusCode: "FAILED" })).ids, []);
  assert.deepEqual((await list({ taskId: "unknown" })).ids, []);
  const first = await list({ limit: 1 });
  assert.deepEqual(first.ids, [taskId]);
  assert.deepEqual((await list({ limit: 1, nextToken: first.nextToken })).ids, [next]);
});

/** Events of 200 characters, a thousand and more a call. */
async function fill(house: Clients, logGroupName: string, logStreamName: string, count: number): Promise<void> {
  const timestamp = Date.now();
  for (let from = 0; from < count; from += 4_000) {
    const logEvents = Array.from({ length: Math.min(4_000, count - from) }, (_, i) => ({
      timestamp,
      message: `event ${from + i} ${"x".repeat(190)}`,
    }));
    await house.logs.send(new Logs.PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
}
