import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDurableTables } from "../../../platform/sqlite/durable-tables.ts";
import { MAX_IN_FLIGHT, MESSAGES_SCHEMA, type NewMessage, openMessageStore, type Receiving } from "./message-store.ts";

const SECOND = 1_000;

function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-messages-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "queues.db");
  const reopen = () => {
    const tables = openDurableTables({ file, schema: MESSAGES_SCHEMA, version: 1, maxBytes: 1 << 30 });
    t.after(() => tables.close());
    return { tables, store: openMessageStore(tables) };
  };
  return { reopen, ...reopen() };
}

const message = (body: string, change: Partial<NewMessage> = {}): NewMessage => ({
  body,
  attributes: {},
  traceHeader: undefined,
  sender: "s",
  delayMs: 0,
  groupId: undefined,
  deduplication: undefined,
  ...change,
});
const inGroup = (groupId: string, body: string): NewMessage =>
  message(body, { groupId, deduplication: { id: body, scope: "" } });

const from = (queueId: number, change: Partial<Receiving> = {}): Receiving => ({
  queueId,
  fifo: false,
  max: 10,
  visibilityMs: 30 * SECOND,
  sentAfter: -1,
  attempt: undefined,
  deadLetters: undefined,
  ...change,
});

test("messages of one queue are another's business never, and come back when their time is over", async (t) => {
  const { store } = open(t);
  await store.send(1, [message("a"), message("b")], 0);
  await store.send(2, [message("other")], 0);
  const bodies = async (now: number) => (await store.receive(from(1), now)).messages.map(({ body }) => body);
  assert.deepEqual(await bodies(0), ["a", "b"]);
  assert.deepEqual(await bodies(29 * SECOND), []);
  assert.equal(store.nextVisibleAt(1, 29 * SECOND), 30 * SECOND);
  assert.deepEqual(await bodies(30 * SECOND), ["a", "b"]);
});

test("what was acknowledged is there after the process was killed", async (t) => {
  const { store, reopen } = open(t);
  await store.send(1, [message("a")], 0);
  const [received] = (await store.receive(from(1), 0)).messages;
  // The first connection stays as a killed process leaves it: never closed.
  const next = reopen().store;
  assert.deepEqual(next.counts(1, -1, 0), { visible: 0, inFlight: 1, delayed: 0 });
  assert.ok(received !== undefined);
  await next.remove(1, false, { id: received.id, secret: received.receipt }, 0);
  assert.deepEqual(next.counts(1, -1, 0), { visible: 0, inFlight: 0, delayed: 0 });
});

test("an earlier receipt deletes nothing that was received again", async (t) => {
  const { store } = open(t);
  await store.send(1, [message("a")], 0);
  const [first] = (await store.receive(from(1), 0)).messages;
  const [second] = (await store.receive(from(1), 30 * SECOND)).messages;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(second.receives, 2);
  assert.equal(await store.remove(1, false, { id: first.id, secret: first.receipt }, 31 * SECOND), "gone");
  assert.equal(store.counts(1, -1, 31 * SECOND).inFlight, 1);
  assert.equal(await store.remove(1, false, { id: second.id, secret: second.receipt }, 31 * SECOND), "gone");
  assert.equal(store.counts(1, -1, 31 * SECOND).inFlight, 0);
  assert.equal(await store.changeVisibility(1, { id: second.id, secret: second.receipt }, 0, 31 * SECOND), "missing");
});

test("a delayed message waits, an expired one is not shown and goes", async (t) => {
  const { store } = open(t);
  await store.send(1, [message("late", { delayMs: 5 * SECOND }), message("old")], 0);
  assert.deepEqual(store.counts(1, -1, 0), { visible: 1, inFlight: 0, delayed: 1 });
  assert.equal((await store.receive(from(1, { sentAfter: 0 }), 10 * SECOND)).messages.length, 0);
  assert.equal(store.hasVisible(1, 0, 10 * SECOND), false);
  assert.equal(await store.removeUntil(1, 0, 100), 2);
  assert.deepEqual(store.queuesWithMessages(), []);
});

test("after so many receives a message goes to the dead letters, and makes room for the next", async (t) => {
  const { store } = open(t);
  await store.send(1, [message("bad"), message("next", { delayMs: 61 * SECOND })], 0);
  const deadLetters = { queueId: 9, maxReceives: 2, sourceArn: "arn:source" };
  const receive = async (now: number) => {
    const { messages, moved } = await store.receive(from(1, { max: 1, deadLetters }), now);
    return [...messages.map(({ body }) => body), moved];
  };
  assert.deepEqual(await receive(0), ["bad", false]);
  assert.deepEqual(await receive(30 * SECOND), ["bad", false]);
  assert.deepEqual(await receive(61 * SECOND), ["next", true]);
  const [dead] = (await store.receive(from(9), 120 * SECOND)).messages;
  assert.deepEqual([dead?.body, dead?.sourceArn, dead?.receives], ["bad", "arn:source", 1]);
});

test("groups keep their order, and one in flight holds up its own group alone", async (t) => {
  const { store } = open(t);
  await store.send(1, [inGroup("a", "a1"), inGroup("a", "a2"), inGroup("b", "b1"), inGroup("a", "a3")], 0);
  const receive = async (max: number, now: number) => (await store.receive(from(1, { fifo: true, max }), now)).messages;
  const [a1] = await receive(1, 0);
  assert.equal(a1?.body, "a1");
  assert.deepEqual(
    (await receive(10, 0)).map(({ body }) => body),
    ["b1"],
  );
  assert.deepEqual((await receive(10, 0)).length, 0);
  assert.ok(a1 !== undefined);
  const receipt = { id: a1.id, secret: a1.receipt };
  assert.equal(
    await store.remove(1, true, receipt, 30 * SECOND),
    "expired",
    "its time is over, somebody else may have it",
  );
  const again = await receive(2, 30 * SECOND);
  assert.deepEqual(
    again.map(({ body }) => body),
    ["a1", "a2"],
    "several of a group go together, in order",
  );
});

test("a message that is sent twice within five minutes is one", async (t) => {
  const { store } = open(t);
  const send = async (body: string, now: number, scope = "") =>
    (await store.send(1, [message(body, { groupId: "g", deduplication: { id: "d", scope } })], now))[0];
  const first = await send("x", 0);
  assert.deepEqual(await send("y", 299 * SECOND), first);
  assert.notDeepEqual(await send("z", 299 * SECOND, "g"), first, "another scope, another message");
  assert.notDeepEqual(await send("w", 300 * SECOND), first);
  assert.equal(store.counts(1, -1, 300 * SECOND).visible, 3);
});

test("a receiver that got no answer asks with its attempt again and gets the same", async (t) => {
  const { store } = open(t);
  await store.send(1, [inGroup("a", "a1"), inGroup("b", "b1")], 0);
  const by = from(1, { fifo: true, max: 1, attempt: "r1" });
  const first = await store.receive(by, 0);
  assert.deepEqual(await store.receive(by, 1), first);
  const other = await store.receive({ ...by, attempt: "r2" }, 1);
  assert.equal(other.messages[0]?.body, "b1");
});

test("past the messages that may be in flight a receiver is told", async (t) => {
  const { store, tables } = open(t);
  await store.send(1, [message("a")], 0);
  tables.db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MAX_IN_FLIGHT})
     INSERT INTO messages (queue, message_id, body, attributes, sender, sent_at, visible_at, receipt) SELECT 1, i, 'x', '{}', 's', 0, 99, 'r' FROM n`,
  );
  const answer = await store.receive(from(1, { max: 1 }), 0);
  assert.deepEqual(answer, { messages: [], moved: false, overLimit: true });
});
