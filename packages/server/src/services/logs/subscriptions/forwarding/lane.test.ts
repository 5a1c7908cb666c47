import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../../../platform/clock/virtual-clock.ts";
import { openSqliteState } from "../../../../platform/state/sqlite-state.ts";
import { fromEventId } from "../../events/event-position.ts";
import type { EventRange, EventStore, StoredEvent } from "../../events/event-store.ts";
import { logGroupIdRef, logGroupRef } from "../../groups/log-group.ts";
import { compileSubscription } from "../compile-subscription.ts";
import { type Destination, NotForwarded } from "../destinations/destination.ts";
import { Lane } from "./lane.ts";
import type { ForwardedEvent, Payload } from "./payload.ts";
import type { Subscription } from "./subscription.ts";

const place = { account: "111122223333", region: "eu-west-1", name: "g" };
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 21);
const numberAt = (ms: number) => BigInt(ms) << 20n;
/** Small batches, so that a few events make many. */
const limits = { bytes: 1_000_000, events: 7 };

/** Numbers that come again with the same seed. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** A group's events in memory, and a subscription of all of them. */
async function openHouse(since = 0n) {
  const clock = virtualClock(START_MS);
  const state = openSqliteState(":memory:", clock.now);
  const group = { groupId: 7, logGroupClass: "STANDARD", deletionProtectionEnabled: false, tags: {}, creationTime: 0 };
  await state.commit({
    cause: { action: "test" },
    changes: [
      { put: logGroupRef(place, "g"), document: group, expect: "absent" },
      { put: logGroupIdRef(7), document: place, expect: "absent" },
    ],
  });
  const stored: StoredEvent[] = [];
  const seen = { storedBelow: 0n, dropped: 0, errors: 0, forwarded: 0 };
  const inRange = ({ seq, timestamp }: StoredEvent, { arrived, after }: Partial<EventRange>) =>
    arrived !== undefined &&
    seq >= arrived.from &&
    seq < arrived.below &&
    (after === undefined || timestamp > after.timestamp || (timestamp === after.timestamp && seq > after.seq));
  const events: Pick<EventStore, "scan" | "arrivalNumber"> = {
    async *scan(range) {
      const found = stored
        .filter((event) => inRange(event, range))
        .sort((a, b) => a.timestamp - b.timestamp || Number(a.seq - b.seq));
      for (let i = 0; i < found.length; i += 3) yield found.slice(i, i + 3);
    },
    async arrivalNumber(range, count) {
      return stored.filter((event) => inRange(event, range))[count - 1]?.seq;
    },
  };
  const subscription: Subscription = {
    id: "one",
    groupId: 7,
    group: place,
    name: "f",
    destinationArn: "",
    since,
    compiled: compileSubscription({ filterPattern: "" }, place),
  };
  const open = (batch = limits) =>
    new Lane(
      {
        state,
        events,
        activity: { storedBelow: () => seen.storedBelow },
        own: {
          add({ metric, namespace, dimensions }, _unit, value) {
            assert.equal(namespace, "AWS/Logs");
            assert.deepEqual(dimensions, { LogGroupName: "g", DestinationType: "SQS", FilterName: "f" });
            if (metric === "DroppedLogEvents") seen.dropped += value;
            if (metric === "DeliveryErrors") seen.errors += value;
            if (metric === "ForwardedLogEvents") seen.forwarded += value;
          },
        },
        clock,
        log: () => {},
        limits: batch,
      },
      subscription,
    );
  /** Stores an event now; the later numbers of one millisecond follow each other. */
  const store = (logStreamName: string, message: string, timestamp = clock.now()) => {
    const seq = numberAt(clock.now()) + BigInt(stored.length);
    stored.push({ logStreamName, timestamp, seq, message });
    seen.storedBelow = seq + 1n;
  };
  return { clock, state, stored, seen, store, open };
}

/** A destination that takes what `takes` lets through. */
function destination(takes: (payload: Payload) => boolean = () => true) {
  const got: { stream: string; event: ForwardedEvent }[] = [];
  const made: Destination = {
    key: "d",
    type: "SQS",
    description: "the destination of a test",
    probe: async () => {},
    async deliver(payloads, done) {
      for (const payload of payloads) {
        if (!takes(payload)) throw new NotForwarded("not now");
        got.push(...payload.logEvents.map((event) => ({ stream: payload.logStream, event })));
        done(payload, { bytes: 1, refused: 0 });
      }
    },
  };
  return { made, got, messages: () => got.map(({ event }) => event.message) };
}

const quiet = new AbortController().signal;

/** Steps until nothing is left; a destination's failure is tried again. */
async function drain(lane: Lane, to: Destination, { seen }: Awaited<ReturnType<typeof openHouse>>): Promise<void> {
  for (let steps = 0; steps < 10_000; steps++) {
    if (!lane.isReady(seen.storedBelow)) return;
    try {
      await lane.step(to, quiet);
    } catch (error) {
      if (!(error instanceof NotForwarded)) throw error;
    }
  }
  throw new Error("the lane does not come to an end");
}

/** Fills a group with streams whose times and numbers are not in the same order. */
function fill(house: Awaited<ReturnType<typeof openHouse>>, count: number, pick: (below: number) => number): void {
  for (let i = 0; i < count; i++) house.store(`s${pick(4)}`, `event ${i}`, START_MS - pick(50));
}

const inOrder = (got: ReturnType<typeof destination>["got"]) => {
  for (const [stream, events] of Map.groupBy(got, (each) => each.stream)) {
    const positions = events.map(({ event }) => fromEventId(event.id));
    const sorted = positions.toSorted(
      (a, b) => (a?.timestamp ?? 0) - (b?.timestamp ?? 0) || Number((a?.seq ?? 0n) - (b?.seq ?? 0n)),
    );
    assert.deepEqual(positions, sorted, `events of ${stream}`);
  }
};

for (let seed = 1; seed <= 20; seed++) {
  test(`a destination that fails now and then gets everything once, each stream in order (seed ${seed})`, async () => {
    const house = await openHouse();
    const pick = random(seed);
    fill(house, 60, pick);
    const to = destination(() => pick(3) > 0);
    await drain(house.open(), to.made, house);
    assert.deepEqual(to.messages().toSorted(), house.stored.map(({ message }) => message).toSorted());
    inOrder(to.got);
    assert.equal(house.seen.forwarded, 60);
  });

  test(`a crash loses nothing and doubles a batch at most (seed ${seed})`, async () => {
    const house = await openHouse();
    const pick = random(seed);
    fill(house, 60, pick);
    const to = destination(() => pick(5) > 0);
    let crashes = 0;
    let lane = house.open();
    for (let steps = 0; lane.isReady(house.seen.storedBelow) && steps < 1_000; steps++) {
      try {
        await lane.step(to.made, quiet);
      } catch (error) {
        assert.ok(error instanceof NotForwarded);
        // The lane forgets what it knew, and another begins with what is on disk.
        lane = house.open();
        crashes += 1;
      }
    }
    const messages = to.messages();
    assert.deepEqual([...new Set(messages)].toSorted(), house.stored.map(({ message }) => message).toSorted());
    assert.ok(messages.length - 60 <= crashes * limits.events, `${messages.length - 60} doubled by ${crashes} crashes`);
  });
}

test("an event whose call is not over yet is waited for, also by those with later numbers", async () => {
  const house = await openHouse();
  const to = destination();
  const lane = house.open();
  house.store("s", "first");
  const late = house.seen.storedBelow;
  house.store("s", "under way");
  house.store("s", "later");
  const under = house.stored.splice(1, 1);
  house.seen.storedBelow = late;
  await drain(lane, to.made, house);
  assert.deepEqual(to.messages(), ["first"]);
  house.stored.push(...under);
  house.seen.storedBelow = late + 10n;
  await drain(lane, to.made, house);
  assert.deepEqual(to.messages(), ["first", "under way", "later"]);
});

test("what came before the subscription is not sent", async () => {
  const house = await openHouse(numberAt(START_MS) + 2n);
  for (const message of ["old 1", "old 2", "new 1", "new 2"]) house.store("s", message);
  const to = destination();
  await drain(house.open(), to.made, house);
  assert.deepEqual(to.messages(), ["new 1", "new 2"]);
});

test("what its destination does not take for a day is dropped and counted, and what is younger is not", async () => {
  const house = await openHouse();
  let away = true;
  const to = destination(() => !away);
  const lane = house.open();
  house.store("s", "old");
  const step = () => lane.step(to.made, quiet);
  await assert.rejects(step(), NotForwarded);
  await house.clock.advance(23 * HOUR_MS);
  await assert.rejects(step(), NotForwarded);
  house.store("s", "young");
  await house.clock.advance(HOUR_MS + 1);
  await step();
  assert.equal(house.seen.dropped, 1);
  await assert.rejects(step(), NotForwarded);
  assert.equal(house.seen.dropped, 1);
  away = false;
  await step();
  assert.deepEqual(to.messages(), ["young"]);
  assert.equal(house.seen.errors, 4);
});

test("a server that was off for days still tries for a day", async () => {
  const house = await openHouse();
  house.store("s", "old");
  await house.clock.advance(72 * HOUR_MS);
  let away = true;
  const to = destination(() => !away);
  const lane = house.open();
  await assert.rejects(lane.step(to.made, quiet), NotForwarded);
  away = false;
  await lane.step(to.made, quiet);
  assert.deepEqual(to.messages(), ["old"]);
});

test("a large backlog is read in windows, and nothing between them is missed", async () => {
  const house = await openHouse();
  const pick = random(5);
  // More than a window holds.
  for (let i = 0; i < 45_000; i++) house.store(`s${pick(3)}`, String(i), START_MS - pick(1_000));
  const to = destination();
  await drain(house.open({ bytes: 1e9, events: 30_000 }), to.made, house);
  assert.deepEqual(
    to.messages().toSorted((a, b) => Number(a) - Number(b)),
    Array.from({ length: 45_000 }, (_, i) => String(i)),
  );
});
