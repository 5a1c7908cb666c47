import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "@nephoscope/engine";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { State } from "../../../platform/state/state.ts";
import { DAY_MS, type StoragePeriod } from "../groups/log-group.ts";
import { openEventTables, periodsHolding, storedFrom, tablesAsSource } from "./event-tables.ts";

const a = { vault: 1, keyArn: "a" };
const b = { vault: 2, keyArn: "b" };
const NOW = Date.UTC(2026, 10, 20);

test("a group's periods are one for each table it has used, the one in use last", () => {
  assert.deepEqual(storedFrom(undefined, a, 5), [{ sealed: a, sinceMs: 5 }]);
  const plain = {};
  assert.deepEqual(storedFrom(plain, undefined, 5), [{ sinceMs: 0 }]);
  const first = storedFrom(plain, a, 5);
  assert.deepEqual(first, [
    { sinceMs: 0, untilMs: 5 },
    { sealed: a, sinceMs: 5 },
  ]);
  assert.deepEqual(storedFrom({ stored: first }, a, 6), first);
  const none = storedFrom({ stored: first }, undefined, 7);
  assert.deepEqual(none, [{ sealed: a, sinceMs: 5, untilMs: 7 }, { sinceMs: 0 }]);
  assert.deepEqual(storedFrom({ stored: storedFrom({ stored: none }, b, 8) }, a, 9), [
    { sinceMs: 0, untilMs: 8 },
    { sealed: b, sinceMs: 8, untilMs: 9 },
    { sealed: a, sinceMs: 5 },
  ]);
});

test("a period holds what PutLogEvents could take in it, and a day more on both sides", () => {
  const stored: StoragePeriod[] = [{ sealed: a, sinceMs: NOW, untilMs: NOW + DAY_MS }];
  const holds = (fromMs: number, toMs: number) => periodsHolding(stored, fromMs, toMs).length === 1;
  const [first, last] = [NOW - 15 * DAY_MS, NOW + DAY_MS + 26 * 3_600_000];
  assert.deepEqual([holds(0, first - 1), holds(0, first), holds(last, Number.MAX_SAFE_INTEGER)], [false, true, true]);
  assert.equal(holds(last + 1, Number.MAX_SAFE_INTEGER), false);
});

test("a group that never had a key is in the common table at all times", () => {
  assert.deepEqual(periodsHolding(undefined, 0, 1), [{ sinceMs: 0 }]);
});

test("one table stands for itself, several as a union of the events' columns", () => {
  assert.equal(tablesAsSource(["events"], ["field_a"]), "events");
  assert.equal(
    tablesAsSource(["events", "x.y"], ["field_a"]),
    "(SELECT group_id, stream, timestamp, seq, put, retention, message, ingestion_time, field_a FROM events UNION ALL SELECT group_id, stream, timestamp, seq, put, retention, message, ingestion_time, field_a FROM x.y) AS events",
  );
});

test("a group that named its key before events were encrypted stores nothing in the clear under it", async () => {
  const never = () => Promise.reject(new Error("not asked for"));
  const vaults = { admit: never, open: never, openAll: never, tables: () => [], undisturbed: never, sweep: never };
  const tables = openEventTables({ state: {} as State, engine: {} as Engine, vaults });
  assert.equal(await tables.forNew({ groupId: 1 }), "events");
  await assert.rejects(tables.forNew({ groupId: 1, kmsKeyId: "k" }), KeyRefused);
  await assert.rejects(tables.forNew({ groupId: 1, kmsKeyId: "k", stored: [{ sinceMs: 0 }] }), KeyRefused);
});
