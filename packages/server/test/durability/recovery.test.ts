import assert from "node:assert/strict";
import { test } from "node:test";
import {
  advanceUntil,
  DAY_MS,
  expectCount,
  type House,
  MINUTE_MS,
  makeStream,
  messagesOf,
  openHouse,
  put,
  readStream,
  rowsInEngine,
  sizeOf,
  storedBytes,
} from "./house.ts";
import { killedAfter } from "./killed-server.ts";

const skip = process.platform === "linux" ? false : "processes are found through /proc";

const lines = (count: number, atMs: number) =>
  Array.from({ length: count }, (_, i) => ({ timestamp: atMs - count + i, message: `line ${i}` }));

const textOf = (events: readonly { message: string }[]) => events.map(({ message }) => message);

interface Described {
  readonly logStreamName: string;
  readonly firstEventTimestamp?: number;
  readonly lastEventTimestamp?: number;
  readonly lastIngestionTime?: number;
}

async function describe({ client }: House, logGroupName: string): Promise<Described[]> {
  const { logStreams } = await client.call<{ logStreams: Described[] }>("DescribeLogStreams", { logGroupName });
  return logStreams;
}

test("groups, streams, retention and tags that were acknowledged survive kill -9", { skip }, async (t) => {
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web", "db");
    await client.call("PutRetentionPolicy", { logGroupName: "app", retentionInDays: 30 });
    await client.call("TagLogGroup", { logGroupName: "app", tags: { team: "blue" } });
    await makeStream(client, "gone");
    await client.call("DeleteLogGroup", { logGroupName: "gone" });
  });
  const house = await openHouse(t, { data, startMs: Date.now() });
  const { logGroups } = await house.client.call<{ logGroups: { logGroupName: string; retentionInDays: number }[] }>(
    "DescribeLogGroups",
    {},
  );
  assert.deepEqual(
    logGroups.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
    [["app", 30]],
  );
  assert.deepEqual(await house.client.call("ListTagsLogGroup", { logGroupName: "app" }), { tags: { team: "blue" } });
  assert.deepEqual(
    (await describe(house, "app")).map(({ logStreamName }) => logStreamName),
    ["db", "web"],
  );
});

test("times of streams and sizes of groups are right after a kill before they were written down", {
  skip,
}, async (t) => {
  const now = Date.now();
  const events = lines(500, now);
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web", "empty");
    await put(client, "app", "web", events);
  });
  const house = await openHouse(t, { data, startMs: now });
  const right = async () => {
    const [empty, web] = await describe(house, "app");
    if (empty?.lastEventTimestamp !== undefined) return "the empty stream has a time";
    if (web?.firstEventTimestamp !== events[0]?.timestamp) return `first event at ${web?.firstEventTimestamp}`;
    if (web?.lastEventTimestamp !== events.at(-1)?.timestamp) return `last event at ${web?.lastEventTimestamp}`;
    const bytes = await storedBytes(house.client, "app");
    return bytes === sizeOf(events) ? undefined : `${bytes} bytes`;
  };
  await advanceUntil(house, 1_000, right);
  // Counting again would show now.
  await house.restart();
  await advanceUntil(house, 1_000, right);
  assert.equal(await right(), undefined);
});

test("a stream made again before a kill has the times of its own events only", { skip }, async (t) => {
  const now = Date.now();
  const fresh = lines(1, now);
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web");
    await put(client, "app", "web", lines(1, now - DAY_MS));
    await client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "web" });
    await client.call("CreateLogStream", { logGroupName: "app", logStreamName: "web" });
    await put(client, "app", "web", fresh);
  });
  const house = await openHouse(t, { data, startMs: now });
  await advanceUntil(house, 1_000, async () => {
    const [web] = await describe(house, "app");
    return web?.firstEventTimestamp === fresh[0]?.timestamp ? undefined : JSON.stringify(web);
  });
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => storedBytes(house.client, "app"), sizeOf(fresh), "stored bytes"),
  );
});

test("what was deleted before a kill stays hidden and is purged after it", { skip }, async (t) => {
  const now = Date.now();
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web", "db");
    for (const stream of ["web", "db"]) await put(client, "app", stream, lines(10, now));
    await makeStream(client, "gone", "s");
    await put(client, "gone", "s", lines(10, now));
    await client.call("DeleteLogStream", { logGroupName: "app", logStreamName: "web" });
    await client.call("DeleteLogGroup", { logGroupName: "gone" });
  });
  const house = await openHouse(t, { data, startMs: now });
  assert.equal(await rowsInEngine(house), 30);
  assert.deepEqual(await messagesOf(house.client, "app"), textOf(lines(10, now)));
  await makeStream(house.client, "gone", "s");
  assert.deepEqual(await readStream(house.client, "gone", "s"), []);
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => rowsInEngine(house), 10, "rows in the engine"),
  );
  await advanceUntil(
    house,
    MINUTE_MS,
    expectCount(() => storedBytes(house.client, "app"), sizeOf(lines(10, now)), "stored bytes"),
  );
});

test("with the clock set back a day, later events still come later", { skip }, async (t) => {
  const now = Date.now();
  const at = now - 2 * DAY_MS;
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web");
    await put(client, "app", "web", [{ timestamp: at, message: "before" }]);
  });
  const house = await openHouse(t, { data, startMs: now - DAY_MS });
  await put(house.client, "app", "web", [{ timestamp: at, message: "after" }]);
  const events = await readStream(house.client, "app", "web");
  assert.deepEqual(textOf(events), ["before", "after"]);
  const [before, after] = events;
  assert.ok(before !== undefined && after !== undefined && after.ingestionTime >= before.ingestionTime);
});

test("results of a query survive kill -9, and a query under way has failed", { skip }, async (t) => {
  const now = Date.now();
  let finished = "";
  let interrupted = "";
  const range = { startTime: Math.floor(now / 1_000) - 3_600, endTime: Math.floor(now / 1_000) };
  const data = await killedAfter(async ({ client }) => {
    await makeStream(client, "app", "web");
    await put(client, "app", "web", lines(10, now));
    const start = async (queryString: string) =>
      (await client.call<{ queryId: string }>("StartQuery", { logGroupName: "app", queryString, ...range })).queryId;
    finished = await start("fields @message | sort @timestamp asc");
    await t.waitFor(
      async () => {
        const { status } = await client.call<{ status: string }>("GetQueryResults", { queryId: finished });
        assert.equal(status, "Complete");
      },
      { timeout: 30_000, interval: 50 },
    );
    interrupted = await start("stats count(*) by @logStream");
  });
  const house = await openHouse(t, { data, startMs: now });
  const results = await house.client.call<{ status: string; results: { field: string; value: string }[][] }>(
    "GetQueryResults",
    { queryId: finished },
  );
  assert.equal(results.status, "Complete");
  assert.deepEqual(
    results.results.map((row) => row.find(({ field }) => field === "@message")?.value),
    textOf(lines(10, now)),
  );
  const { status } = await house.client.call<{ status: string }>("GetQueryResults", { queryId: interrupted });
  // It may have been quicker than the kill.
  assert.match(status, /^(Failed|Complete)$/);
});
