import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Engine, migrate, startEngine } from "@nephoscope/engine";
import { commonTableOnly } from "../vaults/testing.ts";
import { mergesInARush } from "./merges-in-a-rush.ts";

const RUSH = 3_000_000 * availableParallelism();

async function openEngine(t: { after(action: () => unknown): void }): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), "nephoscope-filter-"));
  const engine = await startEngine({ dataDir, database: "nephoscope", log: () => {} });
  t.after(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await migrate({ client: engine.client, database: "nephoscope" });
  return engine;
}

const postponed = async (engine: Engine) => {
  const [row] = await engine.client.rows<[string]>({
    sql: "SELECT create_table_query FROM system.tables WHERE database = 'nephoscope' AND name = 'events'",
  });
  return row?.[0].includes("exclude_materialize_skip_indexes_on_merge = 'message_grams'") === true;
};

/** Bytes of the filter; the other index of the table is a few bytes a granule. */
const filterBytes = async (engine: Engine) => {
  const [row] = await engine.client.rows<[string]>({
    sql: "SELECT toString(sum(secondary_indices_uncompressed_bytes)) FROM system.parts WHERE database = 'nephoscope' AND table = 'events' AND active",
  });
  return Number(row?.[0]);
};

test("in a rush merges leave the filter out, and it is built when the rush is over", async (t) => {
  const engine = await openEngine(t);
  let now = 0;
  const job = mergesInARush(engine, commonTableOnly(engine), () => now);
  await job(0);
  assert.equal(await postponed(engine), false);
  now += 1_000;
  await job(RUSH);
  assert.equal(await postponed(engine), true);

  await engine.client.command({
    sql: `INSERT INTO events (group_id, stream, timestamp, seq, put, retention, message)
      SELECT 1, 's', toDateTime64('2026-11-20 00:00:00', 3, 'UTC'), number, number, 0, 'a line of text ' || toString(number) FROM numbers(120000)
      SETTINGS exclude_materialize_skip_indexes_on_insert = 'message_grams'`,
  });
  assert.ok((await filterBytes(engine)) < 32_768);
  now += 1_000;
  await job(RUSH);
  assert.equal(await postponed(engine), false);
  while ((await filterBytes(engine)) < 32_768 * 14) await new Promise((resolve) => setTimeout(resolve, 20));
  const [row] = await engine.client.rows<[string]>({
    sql: "SELECT toString(count()) FROM events WHERE message LIKE '%of text 777%'",
  });
  assert.equal(row?.[0], "111");
});

test("a postponement that a crash left is put right at the first look", async (t) => {
  const engine = await openEngine(t);
  await engine.client.command({
    sql: "ALTER TABLE events MODIFY SETTING exclude_materialize_skip_indexes_on_merge = 'message_grams'",
  });
  await mergesInARush(engine, commonTableOnly(engine), () => 0)(0);
  assert.equal(await postponed(engine), false);
});
