import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { CallRefused } from "../crash/signed-client.ts";
import {
  advanceUntil,
  CREDENTIAL,
  DAY_MS,
  expectCount,
  HOUR_MS,
  type House,
  MINUTE_MS,
  messagesOf,
  NOON_MS,
  openHouse,
  put,
  putInput,
  rowsInEngine,
  sizeOf,
  storedBytes,
} from "../durability/house.ts";
import { ACCOUNT, keyPolicy, REGION } from "./house.ts";

const TABLE = "nephoscope_sealed.events_1";

const config = ({ endpoint, clock }: House) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.secret },
  systemClockOffset: clock.now() - Date.now(),
  maxAttempts: 1,
});

/** KMS, by the house's clock as it is now. */
const kms = (house: House) => new KMSClient(config(house));

async function makeKey(house: House): Promise<string> {
  const { KeyMetadata } = await kms(house).send(new CreateKeyCommand({ Policy: keyPolicy(ACCOUNT) }));
  return KeyMetadata?.Arn ?? "";
}

async function makeSealed({ client }: House, logGroupName: string, kmsKeyId: string, ...streams: string[]) {
  await client.call("CreateLogGroup", { logGroupName, kmsKeyId });
  for (const logStreamName of streams) await client.call("CreateLogStream", { logGroupName, logStreamName });
}

const sealedRows = async ({ engine }: House) => {
  const [row] = await engine.client.rows<[string]>({ sql: `SELECT toString(count()) FROM ${TABLE}` });
  return Number(row?.[0]);
};

/** The folder of the encrypted table. */
const sealedFolder = ({ data }: House) => join(data, "engine", "sealed", "data", ...TABLE.split("."));

const isRefused = (error: unknown) => error instanceof CallRefused && error.type === "AccessDeniedException";

const noFailures = ({ logged }: House) =>
  assert.deepEqual(
    logged.filter(({ message }) => message === "background job failed"),
    [],
  );

const line = (message: string) => ({ timestamp: NOON_MS, message });

test("a deleted stream's events leave the encrypted table, and the group's size", async (t: TestContext) => {
  const house = await openHouse(t);
  await makeSealed(house, "app", await makeKey(house), "a", "b");
  await put(house.client, "app", "a", [line("gone")]);
  await put(house.client, "app", "b", [line("stays")]);
  await house.client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "a" });
  assert.deepEqual(await messagesOf(house.client, "app"), ["stays"]);
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => sealedRows(house), 1, "rows"),
  );
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => storedBytes(house.client, "app"), sizeOf([line("stays")]), "bytes"),
  );
  noFailures(house);
});

test("expired events leave the encrypted table", async (t) => {
  const house = await openHouse(t);
  await makeSealed(house, "app", await makeKey(house), "s");
  await house.client.call("PutRetentionPolicy", { logGroupName: "app", retentionInDays: 1 });
  await put(house.client, "app", "s", [line("expires")]);
  await house.clock.advance(2 * DAY_MS);
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => sealedRows(house), 0, "rows"),
  );
  noFailures(house);
});

test("the encrypted table goes with the last group of its key", async (t) => {
  const house = await openHouse(t);
  const key = await makeKey(house);
  await makeSealed(house, "a", key, "s");
  await makeSealed(house, "b", key, "s");
  await put(house.client, "a", "s", [line("of a")]);
  await put(house.client, "b", "s", [line("of b")]);
  await house.client.call("DeleteLogGroup", { logGroupName: "a" });
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => sealedRows(house), 1, "rows"),
  );
  assert.deepEqual(await messagesOf(house.client, "b"), ["of b"]);
  await house.client.call("DeleteLogGroup", { logGroupName: "b" });
  assert.ok(existsSync(sealedFolder(house)));
  await advanceUntil(house, HOUR_MS, async () => (existsSync(sealedFolder(house)) ? "it is there" : undefined));
  await makeSealed(house, "a", key, "s");
  await put(house.client, "a", "s", [{ timestamp: house.clock.now(), message: "again" }]);
  assert.deepEqual(await messagesOf(house.client, "a"), ["again"]);
  noFailures(house);
});

test("what is deleted while the key is disabled is purged once it can be used again", async (t) => {
  const house = await openHouse(t);
  const key = await makeKey(house);
  await makeSealed(house, "app", key, "s");
  await makeSealed(house, "kept", key, "s");
  await put(house.client, "app", "s", [line("gone")]);
  await put(house.client, "kept", "s", [line("kept")]);
  await kms(house).send(new DisableKeyCommand({ KeyId: key }));
  await house.client.call("DeleteLogGroup", { logGroupName: "app" });
  await house.clock.advance(10 * MINUTE_MS);
  await house.restart();
  await house.clock.advance(10 * MINUTE_MS);
  await kms(house).send(new EnableKeyCommand({ KeyId: key }));
  await put(house.client, "kept", "s", [line("and more")]);
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => sealedRows(house), 2, "rows"),
  );
  noFailures(house);
});

test("with its key the events of a group are gone for ever, and the group goes on without it", async (t) => {
  const house = await openHouse(t);
  const key = await makeKey(house);
  await makeSealed(house, "app", key, "s");
  await put(house.client, "app", "s", [line("shredded")]);
  await kms(house).send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
  await house.clock.advance(8 * DAY_MS);
  await assert.rejects(messagesOf(house.client, "app"), isRefused);
  await assert.rejects(put(house.client, "app", "s", [{ timestamp: house.clock.now(), message: "no" }]), isRefused);
  await house.client.call("DisassociateKmsKey", { logGroupName: "app" });
  const timestamp = house.clock.now();
  await put(house.client, "app", "s", [{ timestamp, message: "open" }]);
  await assert.rejects(messagesOf(house.client, "app"), isRefused);
  // What came ten days later can be told apart from what was under the key.
  await house.clock.advance(10 * DAY_MS);
  const startTime = house.clock.now();
  await put(house.client, "app", "s", [{ timestamp: startTime, message: "later" }]);
  const { events } = await house.client.call<{ events: { message: string }[] }>("FilterLogEvents", {
    logGroupName: "app",
    startTime,
  });
  assert.deepEqual(
    events.map(({ message }) => message),
    ["later"],
  );
  await house.client.call("DeleteLogGroup", { logGroupName: "app" });
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => rowsInEngine(house), 0, "rows in the common table"),
  );
  noFailures(house);
});

test("a repeated call whose first attempt came before the group got its key is stored once", async (t) => {
  const house = await openHouse(t);
  const kmsKeyId = await makeKey(house);
  await house.client.call("CreateLogGroup", { logGroupName: "app" });
  await house.client.call("CreateLogStream", { logGroupName: "app", logStreamName: "s" });
  const invocationId = "b0c2a8f2-6a0b-4a55-9a0f-8f1f6c9d0e12";
  const input = putInput("app", "s", [line("one"), line("two")]);
  await house.client.call("PutLogEvents", input, { invocationId });
  await house.client.call("AssociateKmsKey", { logGroupName: "app", kmsKeyId });
  await house.client.call("PutLogEvents", input, { invocationId, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), ["one", "two"]);
  const other = { ...putInput("app", "s", [line("three")]) };
  const again = "b0c2a8f2-6a0b-4a55-9a0f-8f1f6c9d0e13";
  await house.client.call("PutLogEvents", other, { invocationId: again });
  await house.client.call("PutLogEvents", other, { invocationId: again, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), ["one", "two", "three"]);
  assert.equal(await sealedRows(house), 1);
});

test("values of metric filters on a group with a key stay over a restart, also while the key is disabled", async (t) => {
  const house = await openHouse(t);
  const key = await makeKey(house);
  await makeSealed(house, "app", key, "s");
  await house.client.call("PutMetricFilter", {
    logGroupName: "app",
    filterName: "f",
    filterPattern: "boom",
    metricTransformations: [{ metricName: "booms", metricNamespace: "own", metricValue: "1" }],
  });
  await put(house.client, "app", "s", [line("boom"), line("fine"), line("boom")]);
  const sum = async () => {
    const { Datapoints } = await new CloudWatchClient(config(house)).send(
      new GetMetricStatisticsCommand({
        Namespace: "own",
        MetricName: "booms",
        StartTime: new Date(NOON_MS - HOUR_MS),
        EndTime: new Date(NOON_MS + HOUR_MS),
        Period: 3_600,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints?.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  assert.equal(await sum(), 2);
  await house.restart();
  assert.equal(await sum(), 2);
  await kms(house).send(new DisableKeyCommand({ KeyId: key }));
  await house.restart();
  assert.equal(await sum(), 2);
});
