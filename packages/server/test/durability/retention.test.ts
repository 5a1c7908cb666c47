import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { EngineClient, Query } from "@nephoscope/engine";
import { openSequence } from "../../src/platform/state/sequence.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { enforceRetention } from "../../src/services/logs/retention/enforce-retention.ts";
import { openStreamActivity } from "../../src/services/logs/streams/stream-activity.ts";
import { commonTableOnly } from "../../src/services/logs/vaults/testing.ts";
import { type Random, seeded } from "../crash/random.ts";
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
    logged.filter(({ message }) => message === "background job failed"),
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

for (const when of ["before", "after"] as const) {
  test(`sizes are right after a crash right ${when} the engine deleted what had expired`, async (t) => {
    const house = await openHouse(t);
    await makeGroup(house, "app", 1);
    const old = { timestamp: NOON_MS, message: "expires" };
    await put(house.client, "app", "s", [old]);
    await house.restart();
    // A server that was just started knows only what is on disk.
    await advanceUntil(
      house,
      1_000,
      expectCount(() => storedBytes(house.client, "app"), sizeOf([old]), "stored bytes"),
    );
    const laterMs = NOON_MS + 3 * DAY_MS;
    const state = openSqliteState(join(house.data, "state.db"), () => laterMs);
    const tables = commonTableOnly(house.engine);
    const sequence = openSequence(state, house.clock);
    const activity = openStreamActivity({ state, engine: house.engine, tables, sequence });
    const engine = { ...house.engine, client: crashing(house.engine.client, when) };
    const { signal } = new AbortController();
    await assert.rejects(enforceRetention({ state, engine, tables, activity, nowMs: laterMs }, signal), /the crash/);
    state.close();
    assert.equal(await rowsInEngine(house), when === "before" ? 1 : 0);

    await house.clock.advance(3 * DAY_MS);
    await advanceUntil(
      house,
      HOUR_MS,
      expectCount(() => storedBytes(house.client, "app"), 0, "stored bytes"),
    );
    await put(house.client, "app", "s", [{ timestamp: house.clock.now(), message: "new" }]);
    assert.equal(await storedBytes(house.client, "app"), sizeOf([{ timestamp: 0, message: "new" }]));
  });
}

/** A client whose commands end in a crash, right before or right after they were carried out. */
function crashing(client: EngineClient, when: "before" | "after"): EngineClient {
  return new Proxy(client, {
    get(target, name) {
      if (name === "command") {
        return async (query: Query) => {
          if (when === "after") await target.command(query);
          throw new Error("the crash");
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

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
  await inTurns(groups, (logGroupName) => house.client.call("CreateLogGroup", { logGroupName }));
  await inTurns(groups, (group) => retain(house.client, group, 1));
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

const RETENTIONS: readonly (number | undefined)[] = [undefined, 1, 3, 5, 7, 14, 30, 60, 90, 365];

/** What a group was sent, and the events that no retention it ever had has reached. */
interface Modelled {
  retention: number | undefined;
  readonly sent: Event[];
  kept: Event[];
}

test("over weeks of random writes and changes, what has expired goes and nothing else", async (t) => {
  const house = await openHouse(t);
  const random = seeded(7);
  const model = new Map<string, Modelled>();
  for (let i = 0; i < 6; i++) {
    const retention = random.pick(RETENTIONS);
    await makeGroup(house, `g${i}`, retention);
    model.set(`g${i}`, { retention, sent: [], kept: [] });
  }
  const cutoff = (retention: number | undefined) =>
    retention === undefined ? 0 : house.clock.now() - retention * DAY_MS;
  const expire = (group: Modelled) => {
    group.kept = group.kept.filter(({ timestamp }) => timestamp >= cutoff(group.retention));
  };
  /** What expired and was not deleted yet may come back when the retention is lengthened; nothing else may. */
  const check = async (name: string, group: Modelled, step: string) => {
    expire(group);
    const found = new Set(await messagesOf(house.client, name));
    const allowed = new Set(
      group.sent.filter(({ timestamp }) => timestamp >= cutoff(group.retention)).map(({ message }) => message),
    );
    const lost = group.kept.filter(({ message }) => !found.has(message));
    assert.deepEqual({ lost, shown: [...found.difference(allowed)] }, { lost: [], shown: [] }, `${name} at ${step}`);
  };

  for (let step = 0; step < 30; step++) {
    for (const [name, group] of model) {
      if (random.chance(0.15)) {
        expire(group);
        group.retention = random.pick(RETENTIONS);
        if (group.retention === undefined) await house.client.call("DeleteRetentionPolicy", { logGroupName: name });
        else await retain(house.client, name, group.retention);
      }
      const events = someEvents(house, random, cutoff(group.retention), `${name} ${step}`);
      await put(house.client, name, "s", events);
      group.sent.push(...events);
      group.kept.push(...events);
    }
    await house.clock.advance(random.between(1, 3 * DAY_MS));
    for (const [name, group] of model) await check(name, group, `step ${step}`);
  }

  // Past every retention, with nothing new: only what never expires stays, and the sizes say so.
  await house.clock.advance(2 * 365 * DAY_MS);
  for (const group of model.values()) expire(group);
  const kept = [...model.values()].flatMap((group) => group.kept);
  await advanceUntil(house, HOUR_MS, async () => {
    const found = await rowsInEngine(house);
    // What came back by a retention of for ever is there too.
    return found >= kept.length && found < kept.length + returned(model) + 1
      ? undefined
      : `${found} rows in the engine`;
  });
  for (const [name, group] of model) {
    await check(name, group, "the end");
    if (group.retention === undefined) continue;
    await advanceUntil(
      house,
      1,
      expectCount(() => storedBytes(house.client, name), 0, `stored bytes of ${name}`),
    );
  }
  assert.ok(deletions(house).droppedPartitions > 0 && deletions(house).deletedEvents > 0, "both ways were taken");
  noErrors(house);
});

/** Events that had expired once, of groups that keep everything now. */
function returned(model: ReadonlyMap<string, Modelled>): number {
  let count = 0;
  for (const { retention, sent, kept } of model.values())
    if (retention === undefined) count += sent.length - kept.length;
  return count;
}

function someEvents({ clock }: House, random: Random, cutoffMs: number, name: string): Event[] {
  const now = clock.now();
  const from = random.between(Math.max(cutoffMs, now - 14 * DAY_MS), now);
  const step = random.between(0, HOUR_MS);
  return Array.from({ length: random.between(1, 20) }, (_, i) => ({
    timestamp: Math.min(from + i * step, now),
    message: `${name} ${i}`,
  }));
}

/** A hundred at a time: changes that arrive together share one write. */
async function inTurns<T>(items: readonly T[], action: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += 100) await Promise.all(items.slice(i, i + 100).map(action));
}
