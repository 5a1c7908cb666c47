import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DisassociateKmsKeyCommand,
  GetLogEventsCommand,
  GetLogGroupFieldsCommand,
  GetLogRecordCommand,
  GetQueryResultsCommand,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { startEngine } from "@nephoscope/engine";
import {
  ACCOUNT,
  filesWith,
  type House,
  keyPolicy,
  makeGroup,
  makeKey,
  messagesOf,
  openHouse,
  put,
  query,
  REGION,
  resultsOf,
} from "./house.ts";

/** Text that the engine's compression leaves as it is: it has nothing in common with what is stored before it. */
const word = () => `marked-${randomBytes(24).toString("base64url")}`;

const refused = { name: "AccessDeniedException" };

/** What every way of reading says of one group. */
async function refusedEverywhere({ logs }: House, logGroupName: string, groups: readonly string[] = [logGroupName]) {
  const house = { logs } as House;
  await assert.rejects(messagesOf(house, logGroupName), refused);
  await assert.rejects(logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: "s" })), refused);
  await assert.rejects(logs.send(new GetLogGroupFieldsCommand({ logGroupName })), refused);
  await assert.rejects(query(house, groups, "fields @message"), refused);
}

const killEngine = (house: House) => process.kill(house.enginePid(), "SIGKILL");

test("events of a group with a key are on no disk in the clear, nor are results of queries; those of others are", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "plain");
  await makeGroup(house, "sealed", await makeKey(house));
  const [open, secret] = [word(), word()];
  await put(house, "plain", open);
  await put(house, "sealed", secret);
  assert.deepEqual(await messagesOf(house, "sealed"), [secret]);
  const small = await query(house, ["sealed"], "fields @message | limit 1");
  assert.equal(small.rows[0]?.["@message"], secret);
  // More than is kept beside the query itself.
  for (let i = 0; i < 5; i++) await put(house, "sealed", `${secret} ${"long ".repeat(2_000)}`);
  const large = await query(house, ["sealed"], "fields @message");
  assert.equal((await query(house, ["plain"], "fields @message | limit 1")).rows[0]?.["@message"], open);
  await house.stop();
  assert.ok(filesWith(house.data, open).some((file) => file.startsWith(join(house.data, "engine"))));
  assert.ok(filesWith(house.data, open).some((file) => file.includes("state.db")));
  assert.deepEqual(filesWith(house.data, secret), []);
  await house.restart();
  assert.equal((await messagesOf(house, "sealed")).length, 6);
  assert.deepEqual(await resultsOf(house, small.id), small.rows);
  assert.deepEqual(await resultsOf(house, large.id), large.rows);
});

test("an engine that has the files and not the key reads nothing of them", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "plain");
  await makeGroup(house, "sealed", await makeKey(house));
  await put(house, "plain", "open");
  await put(house, "sealed", "secret");
  await house.stop();
  const engine = await startEngine({ dataDir: join(house.data, "engine"), database: "nephoscope", log: () => {} });
  try {
    assert.deepEqual(await engine.client.rows({ sql: "SELECT message FROM events" }), [["open"]]);
    await assert.rejects(engine.client.rows({ sql: "SELECT message FROM nephoscope_sealed.events_1" }), { code: 60 });
    const [row] = await engine.client.rows<[string]>({
      sql: "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = 'events'",
    });
    const definition = row?.[0].slice(row[0].indexOf("("));
    const disk = `disk(name = 'x', type = encrypted, disk = 'nephoscope_sealed', key_hex = '${"0".repeat(64)}', algorithm = 'AES_256_CTR')`;
    const id = "00000000-0000-4000-8000-000000000000";
    await assert.rejects(
      engine.client.command({
        sql: `ATTACH TABLE nephoscope_sealed.events_1 UUID '${id}' ${definition}, disk = ${disk}`,
      }),
      { code: 592 },
    );
  } finally {
    await engine.close();
  }
});

test("every way of reading works on a group with a key, and two keys in one query", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "a", await makeKey(house));
  await makeGroup(house, "b", await makeKey(house));
  await makeGroup(house, "c");
  for (const name of ["a", "b", "c"]) await put(house, name, `{"group":"${name}","n":1}`, `{"group":"${name}","n":2}`);
  const { logs } = house;

  assert.deepEqual(await messagesOf(house, "a", "{ $.n = 2 }"), ['{"group":"a","n":2}']);
  const page = await logs.send(new GetLogEventsCommand({ logGroupName: "b", logStreamName: "s", startFromHead: true }));
  assert.equal(page.events?.length, 2);
  const fields = await logs.send(new GetLogGroupFieldsCommand({ logGroupName: "b" }));
  assert.ok(fields.logGroupFields?.some(({ name, percent }) => name === "group" && percent === 100));
  const { rows } = await query(
    house,
    ["a", "b", "c"],
    "stats count() as events, sum(n) as total by group | sort group",
  );
  assert.deepEqual(
    rows,
    ["a", "b", "c"].map((group) => ({ group, events: "2", total: "3" })),
  );
  const newest = await query(house, ["a", "b", "c"], "fields @message, @log | filter n = 2 | sort @timestamp desc");
  assert.deepEqual(newest.rows.map((row) => row["@log"]?.split(":")[1]).sort(), ["a", "b", "c"]);
  const inner = await query(
    house,
    ["a", "c"],
    "filter n in (SOURCE 'b' | filter n = 2 | fields n) | stats count(*) as found",
  );
  assert.deepEqual(inner.rows, [{ found: "2" }]);
  const pointer = newest.rows.find((row) => row["@log"]?.endsWith(":b"))?.["@ptr"] ?? "";
  const { logRecord } = await logs.send(new GetLogRecordCommand({ logRecordPointer: pointer }));
  assert.equal(logRecord?.group, "b");
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: "a" }));
  assert.ok((logStreams?.[0]?.lastEventTimestamp ?? 0) > 0);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "a" }));
  assert.equal(logGroups?.[0]?.storedBytes, 2 * (19 + 26));
});

test("a live tail shows events of a group with a key", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", await makeKey(house));
  const { logs } = house;
  const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:app`;
  const { responseStream = [] } = await logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn] }));
  for await (const { sessionStart, sessionUpdate } of responseStream) {
    if (sessionStart !== undefined) await put(house, "app", "seen");
    const [event] = sessionUpdate?.sessionResults ?? [];
    if (event === undefined) continue;
    assert.equal(event.message, "seen");
    break;
  }
});

test("a key that is named later seals what comes from then on, and what it sealed stays sealed without it", async (t) => {
  const house = await openHouse(t);
  const { logs, kms } = house;
  const [first, second] = [await makeKey(house), await makeKey(house)];
  const words = Array.from({ length: 4 }, word);
  const [before = "", under = "", other = "", after = ""] = words;
  const logGroupName = "app";
  await makeGroup(house, logGroupName);
  await put(house, logGroupName, before);
  await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: first }));
  await put(house, logGroupName, under);
  await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: second }));
  await put(house, logGroupName, other);
  await logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
  await put(house, logGroupName, after);
  assert.deepEqual(await messagesOf(house, logGroupName), words);
  assert.equal((await query(house, [logGroupName], "stats count() as n")).rows[0]?.n, "4");
  const newest = await query(house, [logGroupName], "fields @message | sort @timestamp desc");
  assert.deepEqual(
    newest.rows.map((row) => row["@message"]),
    words.toReversed(),
  );

  await kms.send(new DisableKeyCommand({ KeyId: first }));
  await refusedEverywhere(house, logGroupName);
  await put(house, logGroupName, "goes on");
  // Long after the key was taken away nothing can be under it.
  const later = await logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName: "s", startTime: Date.now() + 4 * 86_400_000 }),
  );
  assert.deepEqual(later.events, []);
  await kms.send(new EnableKeyCommand({ KeyId: first }));
  assert.equal((await messagesOf(house, logGroupName)).length, 5);
  await house.stop();
  const found = words.map((text) => filesWith(join(house.data, "engine"), text).length > 0);
  assert.deepEqual(found, [true, false, false, true]);
});

test("a key is refused whose policy does not let the service use it", async (t) => {
  const house = await openHouse(t);
  const { logs, kms } = house;
  const unusable = {
    name: "InvalidParameterException",
    message: /The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:/,
  };
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const key = KeyMetadata?.Arn ?? "";
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: "app", kmsKeyId: key })), unusable);
  await makeGroup(house, "app");
  await assert.rejects(logs.send(new AssociateKmsKeyCommand({ logGroupName: "app", kmsKeyId: key })), unusable);
  // Allowed for another group.
  const Policy = keyPolicy(ACCOUNT).replace(':*"}}', ':log-group:other"}}');
  await kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: "default", Policy }));
  await assert.rejects(logs.send(new AssociateKmsKeyCommand({ logGroupName: "app", kmsKeyId: key })), unusable);
  await makeGroup(house, "other", key);
  await put(house, "other", "event");
  assert.deepEqual(await messagesOf(house, "other"), ["event"]);
});

test("a right that is taken from one group closes it, and leaves others with the key open", async (t) => {
  const house = await openHouse(t);
  const { kms } = house;
  const key = await makeKey(house);
  await makeGroup(house, "a", key);
  await makeGroup(house, "b", key);
  await put(house, "a", "of a");
  await put(house, "b", "of b");
  const Policy = keyPolicy(ACCOUNT, {
    Effect: "Deny",
    Principal: { Service: `logs.${REGION}.amazonaws.com` },
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:a` } },
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: "default", Policy }));
  await refusedEverywhere(house, "a", ["b", "a"]);
  await assert.rejects(put(house, "a", "more"), refused);
  assert.deepEqual(await messagesOf(house, "b"), ["of b"]);
  await house.restart();
  await refusedEverywhere(house, "a");
  assert.deepEqual(await messagesOf(house, "b"), ["of b"]);
});

test("a disabled key closes storing, reading and results; enabling it opens them without a restart", async (t) => {
  const house = await openHouse(t);
  const { logs, kms } = house;
  const key = await makeKey(house);
  await makeGroup(house, "app", key);
  await put(house, "app", "first");
  const { id, rows } = await query(house, ["app"], "fields @message");
  await kms.send(new DisableKeyCommand({ KeyId: key }));
  await refusedEverywhere(house, "app");
  await assert.rejects(put(house, "app", "no"), {
    ...refused,
    message: /can't be stored without its key: .* is disabled/,
  });
  await assert.rejects(logs.send(new GetQueryResultsCommand({ queryId: id })), refused);
  await house.restart();
  await refusedEverywhere(house, "app");
  await house.kms.send(new EnableKeyCommand({ KeyId: key }));
  assert.deepEqual(await messagesOf(house, "app"), ["first"]);
  await put(house, "app", "second");
  assert.deepEqual(await messagesOf(house, "app"), ["first", "second"]);
  assert.deepEqual(await resultsOf(house, id), rows);

  await house.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
  await refusedEverywhere(house, "app");
  await assert.rejects(put(house, "app", "no"), { ...refused, message: /pending deletion/ });
});

test("what was sealed before a rotation of the key is read after it", async (t) => {
  const house = await openHouse(t);
  const key = await makeKey(house);
  await makeGroup(house, "app", key);
  await put(house, "app", "before");
  await house.kms.send(new RotateKeyOnDemandCommand({ KeyId: key }));
  await put(house, "app", "after");
  await house.restart();
  assert.deepEqual(await messagesOf(house, "app"), ["before", "after"]);
});

test("what was acknowledged is there, once, when the engine is killed under load", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", await makeKey(house));
  await makeGroup(house, "plain");
  await put(house, "app", "warm");
  const texts = Array.from({ length: 12 }, (_, call) => Array.from({ length: 300 }, (_, i) => `event ${call}-${i}`));
  for (let round = 0; round < 2; round++) {
    const mine = texts.slice(round * 6, round * 6 + 6);
    const calls = mine.flatMap((events) => [put(house, "app", ...events), put(house, "plain", ...events)]);
    await Promise.race(calls);
    killEngine(house);
    await Promise.all(calls);
    assert.equal((await query(house, ["app"], "stats count() as n")).rows[0]?.n, String(1 + (round + 1) * 1_800));
  }
  const found = await messagesOf(house, "app");
  assert.deepEqual(found.toSorted(), ["warm", ...texts.flat()].toSorted());
});

test("a read that the engine's end meets is answered", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", await makeKey(house));
  await makeGroup(house, "plain");
  await put(house, "app", "sealed");
  await put(house, "plain", "open");
  for (let i = 0; i < 2; i++) {
    killEngine(house);
    assert.deepEqual(await messagesOf(house, "app"), ["sealed"]);
    killEngine(house);
    // The engine is there again, and does not know the encrypted table.
    assert.deepEqual(await messagesOf(house, "plain"), ["open"]);
    const { rows } = await query(house, ["app", "plain"], "fields @message | sort @message");
    assert.deepEqual(
      rows.map((row) => row["@message"]),
      ["open", "sealed"],
    );
  }
});
