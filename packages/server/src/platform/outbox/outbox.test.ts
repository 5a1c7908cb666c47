import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { virtualClock } from "../clock/virtual-clock.ts";
import { openDurableTables } from "../sqlite/durable-tables.ts";
import { type OutboxLimits, openOutbox } from "./open-outbox.ts";
import { type Delivery, type NewDelivery, OutboxFull, type Outcome } from "./outbox.ts";
import { OUTBOX_SCHEMA } from "./outbox-tables.ts";

const SECOND = 1_000;
const NOON = Date.parse("2026-11-20T12:00:00Z");

/** Turns of the event loop in which what was started can end: each write takes two. */
const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

type Answer = (delivery: Delivery, signal: AbortSignal) => Promise<Outcome> | Outcome;

function house(t: TestContext, answer: Answer, limits: Partial<OutboxLimits> = {}, atOnce = 100) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-outbox-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const clock = virtualClock(NOON);
  const carried: string[] = [];
  let close = async () => {};
  /** Opens the file, as a process that starts does. Without closing it before, the process before was killed. */
  const open = (answered = answer) => {
    const tables = openDurableTables({
      file: join(folder, "outbox.db"),
      schema: OUTBOX_SCHEMA,
      version: 1,
      maxBytes: 1 << 30,
    });
    const outbox = openOutbox({ tables, clock, log: () => {}, limits });
    outbox.carrier(
      "test",
      {
        async deliver(delivery, signal) {
          carried.push(`${delivery.lane}:${(delivery.body as { text: string }).text}`);
          return answered(delivery, signal);
        },
      },
      atOnce,
    );
    close = async () => {
      await outbox.close();
      tables.close();
    };
    t.after(() => tables.close());
    return outbox;
  };
  return { clock, carried, open, close: () => close() };
}

const to = (...lanes: string[]): NewDelivery[] => lanes.map((lane) => ({ kind: "test", lane, target: {} }));
const delivered: Answer = () => ({ kind: "delivered" });

test("a message goes to each of its targets once and leaves nothing behind", async (t) => {
  const { open, carried } = house(t, delivered);
  const outbox = open();
  outbox.start();
  await outbox.put({ id: "m1", body: { text: "one" }, deliveries: to("a", "b") });
  await turns();
  assert.deepEqual(carried, ["a:one", "b:one"]);
  assert.deepEqual(outbox.counts(), { waiting: 0, givenUp: 0 });
});

test("a message that is known is not taken again", async (t) => {
  const { open, carried } = house(t, delivered);
  const outbox = open();
  await outbox.put({ id: "m1", body: { text: "one" }, deliveries: to("a") });
  await outbox.put({ id: "m1", body: { text: "one" }, deliveries: to("a") });
  assert.equal(outbox.counts().waiting, 1);
  outbox.start();
  await turns();
  assert.deepEqual(carried, ["a:one"]);
});

test("what failed is tried again after its delay, and given up when the carrier says so", async (t) => {
  const { open, carried, clock } = house(t, ({ attempts }) =>
    attempts < 2 ? { kind: "again", reason: "not now", delayMs: 10 * SECOND } : { kind: "given up", reason: "never" },
  );
  const outbox = open();
  outbox.start();
  await outbox.put({ id: "m1", body: { text: "one" }, deliveries: to("a") });
  await turns();
  await clock.advance(9 * SECOND);
  assert.equal(carried.length, 1);
  const [first] = outbox.waiting(10);
  assert.deepEqual([first?.attempts, first?.lastError, first?.dueAt], [1, "not now", NOON + 10 * SECOND]);
  for (let step = 0; step < 3; step++) {
    await clock.advance(10 * SECOND);
    await turns();
  }
  assert.equal(carried.length, 3);
  const [record] = outbox.givenUp(10);
  assert.deepEqual([record?.lane, record?.attempts, record?.lastError], ["a", 3, "never"]);
  assert.deepEqual(outbox.counts(), { waiting: 0, givenUp: 1 });
});

test("a killed process's deliveries are made by the next one, also those that were under way", async (t) => {
  const never = new Promise<Outcome>(() => {});
  const { open, carried } = house(t, () => never);
  const killed = open();
  killed.start();
  await killed.put({ id: "m1", body: { text: "one" }, deliveries: to("a", "b") });
  await turns();
  assert.deepEqual(carried.splice(0), ["a:one", "b:one"]);
  const next = open(delivered);
  next.start();
  await turns();
  assert.deepEqual(carried.sort(), ["a:one", "b:one"]);
  assert.equal(next.counts().waiting, 0);
});

test("a target that hangs or fails holds up no other", async (t) => {
  const never = new Promise<Outcome>(() => {});
  const { open, carried } = house(
    t,
    ({ lane }) =>
      lane === "slow"
        ? never
        : lane === "dead"
          ? { kind: "again", reason: "x", delayMs: SECOND }
          : { kind: "delivered" },
    {},
    8,
  );
  const outbox = open();
  outbox.start();
  for (let n = 0; n < 50; n++) {
    await outbox.put({ id: `m${n}`, body: { text: String(n) }, deliveries: to("slow", "dead", "good") });
  }
  await turns(300);
  assert.equal(carried.filter((text) => text.startsWith("good")).length, 50);
  assert.equal(carried.filter((text) => text.startsWith("slow")).length, 4);
});

test("an ordered lane makes one delivery after the other, also over a failure", async (t) => {
  let refuse = true;
  const { open, carried, clock } = house(t, () => {
    if (!refuse) return { kind: "delivered" };
    refuse = false;
    return { kind: "again", reason: "x", delayMs: SECOND };
  });
  const outbox = open();
  outbox.start();
  for (const text of ["1", "2", "3"]) {
    await outbox.put({
      id: text,
      body: { text },
      deliveries: [{ kind: "test", lane: "a", ordered: true, target: {} }],
    });
  }
  await turns();
  assert.deepEqual(carried, ["a:1"]);
  await clock.advance(SECOND);
  await turns(60);
  assert.deepEqual(carried, ["a:1", "a:1", "a:2", "a:3"]);
});

test("past the bound messages are refused; a lane past its own gives up at once and says so", async (t) => {
  const { open } = house(t, delivered, { waiting: 3, waitingInLane: 2 });
  const outbox = open();
  for (const id of ["m1", "m2", "m3"]) await outbox.put({ id, body: { text: id }, deliveries: to("a") });
  assert.match(outbox.givenUp(10)[0]?.lastError ?? "", /2 deliveries wait already/);
  await assert.rejects(outbox.put({ id: "m4", body: {}, deliveries: to("b", "c") }), OutboxFull);
  assert.deepEqual(outbox.counts(), { waiting: 2, givenUp: 1 });
});

test("closing aborts what is under way and keeps it", async (t) => {
  const { open, close } = house(
    t,
    (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const outbox = open();
  outbox.start();
  await outbox.put({ id: "m1", body: { text: "one" }, deliveries: to("a") });
  await turns();
  await close();
  assert.equal(open().counts().waiting, 1);
});

test("deliveries of an account are listed by the ARN in their lane, and not by what else stands in it", async (t) => {
  const { open } = house(t, delivered, { waitingInLane: 1 });
  const outbox = open();
  const own = "sns arn:aws:sns:us-east-1:111122223333:news:1";
  const others = "sns arn:aws:sns:us-east-1:444455556666:news:1 group-of:111122223333:x";
  for (const id of ["m1", "m2"]) await outbox.put({ id, body: {}, deliveries: to(own, others) });
  const lanes = (account?: string) =>
    [outbox.waiting(10, account), outbox.givenUp(10, account)].map((all) => all.map(({ lane }) => lane).sort());
  assert.deepEqual(lanes("111122223333"), [[own], [own]]);
  assert.deepEqual(lanes("444455556666"), [[others], [others]]);
  assert.deepEqual(lanes("11112222333"), [[], []]);
  assert.deepEqual(lanes(), [
    [own, others],
    [own, others],
  ]);
  assert.equal(outbox.waiting(1).length, 1);
});
