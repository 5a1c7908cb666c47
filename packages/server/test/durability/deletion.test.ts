import assert from "node:assert/strict";
import { test } from "node:test";
import {
  advanceUntil,
  expectCount,
  HOUR_MS,
  MINUTE_MS,
  makeStream,
  messagesOf,
  NOON_MS,
  openHouse,
  put,
  putInput,
  readStream,
  rowsInEngine,
  rowsOnDisk,
  sizeOf,
  storedBytes,
} from "./house.ts";

const event = (message: string, timestamp = NOON_MS) => ({ timestamp, message });

test("a log group made again under its name shows nothing of the deleted one, before and after the purge", async (t) => {
  const house = await openHouse(t);
  await makeStream(house.client, "app", "web", "db");
  await put(house.client, "app", "web", [event("old 1"), event("old 2")]);
  await house.client.call("DeleteLogGroup", { logGroupName: "app" });
  await assert.rejects(messagesOf(house.client, "app"), { type: "ResourceNotFoundException" });

  await makeStream(house.client, "app", "web");
  const empty = async () => {
    assert.deepEqual(await readStream(house.client, "app", "web"), []);
    assert.deepEqual(await messagesOf(house.client, "app"), []);
    assert.equal(await storedBytes(house.client, "app"), 0);
    const { logStreams } = await house.client.call<{ logStreams: object[] }>("DescribeLogStreams", {
      logGroupName: "app",
    });
    assert.equal(logStreams.length, 1);
    assert.ok(!("lastEventTimestamp" in (logStreams[0] ?? {})));
  };
  await empty();
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => rowsInEngine(house), 0, "rows in the engine"),
  );
  await empty();
  await put(house.client, "app", "web", [event("new")]);
  assert.deepEqual(await messagesOf(house.client, "app"), ["new"]);
});

test("a log stream made again under its name shows nothing of the deleted one, and its neighbour keeps everything", async (t) => {
  const house = await openHouse(t);
  await makeStream(house.client, "app", "web", "db");
  await put(house.client, "app", "web", [event("old web")]);
  await put(house.client, "app", "db", [event("db")]);
  await house.client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "web" });
  assert.deepEqual(await messagesOf(house.client, "app"), ["db"]);

  await house.client.call("CreateLogStream", { logGroupName: "app", logStreamName: "web" });
  await put(house.client, "app", "web", [event("new web")]);
  const onlyNew = async () => {
    assert.deepEqual(
      (await readStream(house.client, "app", "web")).map(({ message }) => message),
      ["new web"],
    );
    assert.deepEqual(await messagesOf(house.client, "app"), ["db", "new web"]);
  };
  await onlyNew();
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => rowsInEngine(house), 2, "rows in the engine"),
  );
  await onlyNew();
  await house.restart();
  await onlyNew();
});

for (const flushed of [false, true]) {
  test(`the size of a log group falls by what a deleted stream held, ${flushed ? "written before" : "just written"}`, async (t) => {
    const house = await openHouse(t);
    await makeStream(house.client, "app", "web", "db");
    const kept = [event("kept")];
    await put(house.client, "app", "web", [event("old 1"), event("old 2")]);
    await put(house.client, "app", "db", kept);
    if (flushed) await house.restart();
    await house.client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "web" });
    await advanceUntil(
      house,
      MINUTE_MS,
      expectCount(() => rowsInEngine(house), 1, "rows in the engine"),
    );
    await advanceUntil(
      house,
      MINUTE_MS,
      expectCount(() => storedBytes(house.client, "app"), sizeOf(kept), "stored bytes"),
    );
  });
}

test("what is deleted leaves the disk", async (t) => {
  const house = await openHouse(t);
  await makeStream(house.client, "big", "one", "two");
  await makeStream(house.client, "small", "one");
  const events = Array.from({ length: 5_000 }, (_, i) => event(`line ${i}`));
  await put(house.client, "big", "one", events);
  await put(house.client, "big", "two", events);
  await put(house.client, "small", "one", [event("kept")]);
  await house.client.call("DeleteLogStream", { logGroupName: "big", logStreamName: "one" });
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => rowsOnDisk(house), 5_001, "rows on disk"),
  );
  await house.client.call("DeleteLogGroup", { logGroupName: "big" });
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => rowsOnDisk(house), 1, "rows on disk"),
  );
  assert.deepEqual(await messagesOf(house.client, "small"), ["kept"]);
});

test("a call repeated after its stream was deleted and made again is stored in the new stream", async (t) => {
  const house = await openHouse(t);
  await makeStream(house.client, "app", "web");
  const input = putInput("app", "web", [event("one"), event("two")]);
  const invocationId = "0000-repeated-over-a-deletion";
  await house.client.call("PutLogEvents", input, { invocationId });
  await house.client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "web" });
  await house.client.call("CreateLogStream", { logGroupName: "app", logStreamName: "web" });
  await house.client.call("PutLogEvents", input, { invocationId, firstAttempt: 2 });
  assert.deepEqual(await messagesOf(house.client, "app"), ["one", "two"]);
});

test("many deleted streams do not hinder reading", async (t) => {
  const house = await openHouse(t);
  const names = Array.from({ length: 500 }, (_, i) => `${"long-name-".repeat(20)}${i}`);
  await makeStream(house.client, "app", "kept");
  const each = (operation: string) =>
    Promise.all(names.map((logStreamName) => house.client.call(operation, { logGroupName: "app", logStreamName })));
  await each("CreateLogStream");
  await put(house.client, "app", "kept", [event("kept")]);
  await put(house.client, "app", names[0] ?? "", [event("deleted")]);
  await each("DeleteLogStream");
  assert.deepEqual(await messagesOf(house.client, "app"), ["kept"]);
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => rowsInEngine(house), 1, "rows in the engine"),
  );
  assert.deepEqual(await messagesOf(house.client, "app"), ["kept"]);
});
