import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DAY_MS,
  type House,
  makeStream,
  messagesOf,
  NOON_MS,
  openHouse,
  putInput,
  sizeOf,
  storedBytes,
} from "./house.ts";

const MIDNIGHT_MS = NOON_MS - DAY_MS / 2;
const INVOCATION = "b0c2a8f2-6a0b-4a55-9a0f-8f1f6c9d0e11";

const lines = (count: number, word = "line") =>
  Array.from({ length: count }, (_, i) => ({ timestamp: NOON_MS - count + i, message: `${word} ${i}` }));

const textOf = (events: readonly { message: string }[]) => events.map(({ message }) => message);

async function openStream(t: Parameters<typeof openHouse>[0], retentionInDays?: number): Promise<House> {
  const house = await openHouse(t);
  await makeStream(house.client, "app", "web");
  if (retentionInDays !== undefined) {
    await house.client.call("PutRetentionPolicy", { logGroupName: "app", retentionInDays });
  }
  return house;
}

test("a repeated call whose first attempt was stored is stored once", async (t) => {
  const house = await openStream(t);
  const events = lines(100);
  const input = putInput("app", "web", events);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  for (const firstAttempt of [2, 3]) {
    await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt });
  }
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
  assert.equal(await storedBytes(house.client, "app"), sizeOf(events));
});

test("a repeated call is recognised after a restart", async (t) => {
  const house = await openStream(t);
  const events = lines(100);
  const input = putInput("app", "web", events);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  await house.restart();
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
});

test("a second attempt whose first never arrived is stored", async (t) => {
  const house = await openStream(t);
  const events = lines(100);
  await house.client.call("PutLogEvents", putInput("app", "web", events), {
    invocationId: INVOCATION,
    firstAttempt: 2,
  });
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
});

test("attempts that overlap are stored once", async (t) => {
  const house = await openStream(t);
  const events = lines(8_000);
  const input = putInput("app", "web", events);
  await Promise.all(
    [1, 2, 3].map((firstAttempt) =>
      house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt }),
    ),
  );
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
  assert.equal(await storedBytes(house.client, "app"), sizeOf(events));
});

test("an attempt whose caller hung up and the next one are stored once", async (t) => {
  const house = await openStream(t);
  const events = lines(8_000);
  const input = putInput("app", "web", events);
  await house.client
    .call("PutLogEvents", input, { invocationId: INVOCATION, attempts: 200, patienceMs: 40 })
    .catch(() => {});
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 201 });
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
});

test("of a call that was stored in part the repetition stores the rest", async (t) => {
  const house = await openStream(t, 30);
  const events = Array.from({ length: 20 }, (_, i) => ({ timestamp: MIDNIGHT_MS - 10 + i, message: `line ${i}` }));
  const input = putInput("app", "web", events);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  // An insert is atomic within a partition only: what a crash between the two would have left.
  await house.engine.client.command({
    sql: "ALTER TABLE events DELETE WHERE timestamp >= fromUnixTimestamp64Milli({midnight:Int64}) SETTINGS mutations_sync = 1",
    params: { midnight: MIDNIGHT_MS },
  });
  assert.equal((await messagesOf(house.client, "app")).length, 10);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(events));
});

test("the same id with another body is another call", async (t) => {
  const house = await openStream(t);
  await house.client.call("PutLogEvents", putInput("app", "web", lines(2, "a")), { invocationId: INVOCATION });
  await house.client.call("PutLogEvents", putInput("app", "web", lines(2, "b")), {
    invocationId: INVOCATION,
    firstAttempt: 2,
  });
  assert.deepEqual((await messagesOf(house.client, "app")).toSorted(), ["a 0", "a 1", "b 0", "b 1"]);
});

test("the same text in another call is stored again", async (t) => {
  const house = await openStream(t);
  for (let i = 0; i < 2; i++) await house.client.call("PutLogEvents", putInput("app", "web", lines(1)));
  assert.deepEqual(await messagesOf(house.client, "app"), ["line 0", "line 0"]);
});

test("events that expire between two attempts are left out of the second, and the others are stored once", async (t) => {
  const house = await openStream(t, 1);
  const events = [
    { timestamp: NOON_MS - DAY_MS + 1_000, message: "soon expired" },
    { timestamp: NOON_MS - 1_000, message: "young" },
  ];
  const input = putInput("app", "web", events);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION });
  await house.clock.advance(60_000);
  await house.client.call("PutLogEvents", input, { invocationId: INVOCATION, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), ["young"]);
});
