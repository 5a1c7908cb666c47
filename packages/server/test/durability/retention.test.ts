import assert from "node:assert/strict";
import { test } from "node:test";
import { seeded } from "../crash/random.ts";
import {
  advanceUntil,
  DAY_MS,
  type Event,
  expectCount,
  HOUR_MS,
  type House,
  makeStream,
  messagesOf,
  NOON_MS,
  openHouse,
  put,
  rowsInEngine,
  sizeOf,
  storedBytes,
} from "./house.ts";

/** What the retention job has reported, added up. */
function deletions({ logged }: House) {
  const reports = logged.filter(({ message }) => message === "expired events deleted");
  const sum = (name: string) => reports.reduce((total, { fields }) => total + Number(fields[name]), 0);
  return { droppedPartitions: sum("droppedPartitions"), deletedEvents: sum("deletedEvents") };
}

const noErrors = ({ logged }: House) =>
  assert.deepEqual(
    logged.filter(({ level }) => level === "error"),
    [],
  );

async function makeGroup({ client }: House, group: string, retentionInDays?: number) {
  await makeStream(client, group, "s");
  if (retentionInDays !== undefined) await retain(client, group, retentionInDays);
}

async function retain(client: House["client"], logGroupName: string, retentionInDays: number) {
  await client.call("PutRetentionPolicy", { logGroupName, retentionInDays });
}

test("events are hidden the moment they expire, to the millisecond", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", 3);
  await put(house.client, "app", "s", [
    { timestamp: NOON_MS - 1, message: "earlier" },
    { timestamp: NOON_MS, message: "later" },
  ]);
  await house.clock.advance(3 * DAY_MS - 1);
  assert.deepEqual(await messagesOf(house.client, "app"), ["earlier", "later"]);
  await house.clock.advance(1);
  assert.deepEqual(await messagesOf(house.client, "app"), ["later"]);
  await house.clock.advance(1);
  assert.deepEqual(await messagesOf(house.client, "app"), []);
});

test("a partition whose events have all expired is dropped as a whole", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", 1);
  await makeGroup(house, "kept");
  const kept = { timestamp: NOON_MS, message: "kept" };
  await put(house.client, "app", "s", [{ timestamp: NOON_MS, message: "expires" }]);
  await put(house.client, "kept", "s", [kept]);
  await house.clock.advance(2 * DAY_MS);
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => rowsInEngine(house), 1, "rows in the engine"),
  );
  await advanceUntil(house, HOUR_MS, async () =>
    deletions(house).droppedPartitions === 1 ? undefined : JSON.stringify(deletions(house)),
  );
  assert.equal(deletions(house).deletedEvents, 0);
  assert.equal(await storedBytes(house.client, "app"), 0);
  assert.deepEqual(await messagesOf(house.client, "kept"), ["kept"]);
  assert.equal(await storedBytes(house.client, "kept"), sizeOf([kept]));
  noErrors(house);
});

test("where a retention was shortened, what has expired is deleted from among the rest", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app", 30);
  await makeGroup(house, "neighbour", 30);
  const old = { timestamp: NOON_MS - 5 * DAY_MS, message: "old" };
  const young = { timestamp: NOON_MS, message: "young" };
  for (const group of ["app", "neighbour"])
    for (const event of [old, young]) await put(house.client, group, "s", [event]);
  await retain(house.client, "app", 3);
  assert.deepEqual(await messagesOf(house.client, "app"), ["young"]);
  await advanceUntil(
    house,
    10 * 60_000,
    expectCount(() => rowsInEngine(house), 3, "rows in the engine"),
  );
  await advanceUntil(
    house,
    60_000,
    expectCount(() => storedBytes(house.client, "app"), sizeOf([young]), "stored bytes"),
  );
  assert.deepEqual(await messagesOf(house.client, "app"), ["young"]);
  assert.deepEqual(await messagesOf(house.client, "neighbour"), ["old", "young"]);
  assert.equal(await storedBytes(house.client, "neighbour"), sizeOf([old, young]));
  noErrors(house);
});

test("without a retention nothing is deleted, however old", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "app");
  await makeGroup(house, "short", 1);
  await put(house.client, "app", "s", [{ timestamp: NOON_MS - 10 * DAY_MS, message: "stays" }]);
  await put(house.client, "short", "s", [{ timestamp: NOON_MS, message: "goes" }]);
  await house.clock.advance(4_000 * DAY_MS);
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => rowsInEngine(house), 1, "rows in the engine"),
  );
  assert.deepEqual(await messagesOf(house.client, "app"), ["stays"]);
});

test("thousands of groups with a retention are enforced", async (t) => {
  const house = await openHouse(t);
  const groups = Array.from({ length: 3_000 }, (_, i) => `group-${i}`);
  for (const logGroupName of groups) await house.client.call("CreateLogGroup", { logGroupName });
  for (const group of groups) await retain(house.client, group, 1);
  const last = "group-2999";
  await house.client.call("CreateLogStream", { logGroupName: last, logStreamName: "s" });
  await put(house.client, last, "s", [{ timestamp: NOON_MS, message: "expires" }]);
  await house.clock.advance(3 * DAY_MS);
  await advanceUntil(
    house,
    HOUR_MS,
    expectCount(() => rowsInEngine(house), 0, "rows in the engine"),
  );
  noErrors(house);
});

const RETENTIONS: readonly [number | undefined, ...(number | undefined)[]] = [
  undefined,
  1,
  3,
  5,
  7,
  14,
  30,
  60,
  90,
  365,
];

test("over weeks of random writes and changes, what has expired goes and nothing else", async (t) => {
  const house = await openHouse(t);
  const random = seeded(7);
  const model = new Map<string, { retention: number | undefined; events: Event[] }>();
  for (let i = 0; i < 6; i++) {
    const retention = random.pick(RETENTIONS);
    await makeGroup(house, `g${i}`, retention);
    model.set(`g${i}`, { retention, events: [] });
  }
  const cutoff = (retention: number | undefined) =>
    retention === undefined ? 0 : house.clock.now() - retention * DAY_MS;

  for (let step = 0; step < 40; step++) {
    for (const [group, kept] of model) {
      if (random.chance(0.15)) {
        // An event that expired is gone for good, also when the retention is lengthened later.
        kept.events = kept.events.filter(({ timestamp }) => timestamp >= cutoff(kept.retention));
        await settle(house, model, cutoff);
        kept.retention = random.pick(RETENTIONS);
        if (kept.retention === undefined) await house.client.call("DeleteRetentionPolicy", { logGroupName: group });
        else await retain(house.client, group, kept.retention);
      }
      const oldest = Math.max(cutoff(kept.retention), house.clock.now() - 14 * DAY_MS);
      const from = random.between(oldest, house.clock.now());
      const events = Array.from({ length: random.between(1, 20) }, (_, i) => ({
        timestamp: Math.min(from + i * random.between(0, HOUR_MS / 2), house.clock.now()),
        message: `${group} ${step} ${i}`,
      })).toSorted((a, b) => a.timestamp - b.timestamp);
      await put(house.client, group, "s", events);
      kept.events.push(...events);
    }
    await house.clock.advance(random.between(1, 3 * DAY_MS));
    for (const [group, { retention, events }] of model) {
      const visible = events.filter(({ timestamp }) => timestamp >= cutoff(retention));
      const expected = visible.map(({ message }) => message).toSorted();
      assert.deepEqual((await messagesOf(house.client, group)).toSorted(), expected, `${group} at step ${step}`);
    }
  }
  await settle(house, model, cutoff);
  for (const [group, { retention, events }] of model) {
    const visible = events.filter(({ timestamp }) => timestamp >= cutoff(retention));
    await advanceUntil(
      house,
      1,
      expectCount(() => storedBytes(house.client, group), sizeOf(visible), `stored bytes of ${group}`),
    );
  }
  assert.ok(deletions(house).droppedPartitions > 0 && deletions(house).deletedEvents > 0, "both ways were taken");
  noErrors(house);
});

/** Lets the retention job run until the engine holds exactly what the model does. */
async function settle(
  house: House,
  model: ReadonlyMap<string, { retention: number | undefined; events: readonly Event[] }>,
  cutoff: (retention: number | undefined) => number,
): Promise<void> {
  await advanceUntil(house, HOUR_MS, async () => {
    let expected = 0;
    for (const { retention, events } of model.values()) {
      expected += events.filter(({ timestamp }) => timestamp >= cutoff(retention)).length;
    }
    const found = await rowsInEngine(house);
    return found === expected ? undefined : `${found} rows in the engine, not ${expected}`;
  });
}
