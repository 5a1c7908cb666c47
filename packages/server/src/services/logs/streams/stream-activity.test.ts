import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { migrate, startEngine } from "@nephoscope/engine";
import { systemClock } from "../../../platform/clock/clock.ts";
import { openSequence } from "../../../platform/state/sequence.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import { logGroupIdRef } from "../groups/log-group.ts";
import { logStreamRef } from "./log-stream.ts";
import { openStreamActivity } from "./stream-activity.ts";

test("events that a crash left uncounted are counted when their group's key can be used again", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "stream-activity-"));
  const engine = await startEngine({ dataDir: join(directory, "engine"), database: "nephoscope", log: () => {} });
  const state = openSqliteState(join(directory, "state.db"), Date.now);
  t.after(async () => {
    await engine.close();
    state.close();
    await rm(directory, { recursive: true });
  });
  await migrate({ client: engine.client, database: "nephoscope" });
  const groups = [1, 2];
  const changes = groups.flatMap((group) => [
    { put: logGroupIdRef(group), document: {}, expect: "any" } as const,
    { put: logStreamRef(group, "s"), document: { creationTime: 0 }, expect: "any" } as const,
  ]);
  await state.commit({ cause: { action: "test" }, changes });
  const sequence = openSequence(state, systemClock());
  const rows = groups.map((group) => [
    group,
    "s",
    "2026-11-20 00:00:00.000",
    sequence.next(1).toString(),
    group,
    0,
    "text",
  ]);
  await engine.client.insert({
    table: "events",
    columns: ["group_id", "stream", "timestamp", "seq", "put", "retention", "message"],
    format: "JSONCompactEachRow",
    body: Buffer.from(rows.map((row) => JSON.stringify(row)).join("\n")),
  });

  let unreachable = new Set([2]);
  const tables = { reachable: async () => ({ tables: ["events"], unreachable }) };
  const afterCrash = () => openStreamActivity({ state, engine, tables, sequence });
  const event = 4 + EVENT_OVERHEAD_BYTES;
  const activity = afterCrash();
  await activity.recover();
  assert.deepEqual(groups.map(activity.storedBytes), [event, 0]);
  await activity.recover();
  assert.deepEqual(groups.map(activity.storedBytes), [event, 0]);

  // Also when the server ends before.
  const later = afterCrash();
  await later.recover();
  unreachable = new Set();
  await later.recover();
  await later.recover();
  assert.deepEqual(groups.map(later.storedBytes), [event, event]);
  assert.equal(later.ofStream(2, "s")?.lastEventTimestamp, Date.UTC(2026, 10, 20));
});
