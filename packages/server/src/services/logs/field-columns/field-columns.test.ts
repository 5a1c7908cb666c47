import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import {
  closeSealedTable,
  dropSealedTable,
  type Engine,
  migrate,
  openSealedTable,
  sealedTableName,
  startEngine,
} from "@nephoscope/engine";
import { tablesAsSource } from "../events/event-tables.ts";
import { commonTableOnly } from "../vaults/testing.ts";
import { createFieldColumns } from "./field-columns.ts";

let directory: string;
let engine: Engine;
let now = 1_763_640_000_000;
const clock = { now: () => now };
const signal = new AbortController().signal;
const never = () => false;
const HOUR = 3_600_000;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "field-columns-"));
  engine = await startEngine({ dataDir: directory, database: "nephoscope", log: () => {} });
  await migrate({ client: engine.client, database: "nephoscope" });
});

after(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  for (const [name] of await tableColumns())
    await engine.client.command({ sql: `ALTER TABLE events DROP COLUMN ${name}` });
  await engine.client.command({ sql: "TRUNCATE TABLE events" });
});

const tableColumns = () =>
  engine.client.rows<[string]>({
    sql: "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'events' AND startsWith(name, 'field_')",
  });

const open = async () => {
  const columns = createFieldColumns({ engine, tables: commonTableOnly(engine), clock, log: () => {} });
  await columns.recover();
  return columns;
};

const put = (...messages: string[]) =>
  engine.client.insert({
    table: "events",
    columns: ["group_id", "stream", "timestamp", "seq", "put", "retention", "message"],
    format: "JSONCompactEachRow",
    body: Buffer.from(
      messages.map((message, i) => JSON.stringify([1, "s", "2026-11-20 00:00:00.000", i, i, 0, message])).join("\n"),
    ),
  });

const values = async (column: string | undefined) =>
  (await engine.client.rows<[string | null]>({ sql: `SELECT ${column} FROM events ORDER BY message` })).map(
    ([value]) => value,
  );

/** Parts that hold the column, of all parts. */
const partsWith = async (column: string | undefined) => {
  const [row] = await engine.client.rows<[string, string]>({
    sql: `SELECT uniqExactIf(name, column = {column:String}), uniqExact(name) FROM system.parts_columns
      WHERE database = currentDatabase() AND table = 'events' AND active AND rows > 0`,
    params: { column },
  });
  return row?.map(Number);
};

/** Tends until older events have their column. */
async function settled(columns: ReturnType<typeof createFieldColumns>, column: string | undefined): Promise<void> {
  for (;;) {
    await columns.tend(signal);
    const [having, all] = (await partsWith(column)) ?? [];
    if (having === all) return;
  }
}

test("a field that queries look for often gets a column, with the values of older and newer events", async () => {
  const columns = await open();
  await put('{"a":1}', '{"a":"x"}', "text");
  columns.noteUse(["a", "@message", "b.0"], 6_000_000, never);
  await columns.tend(signal);
  assert.equal(columns.current().size, 0);
  columns.noteUse(["a"], 6_000_000, never);
  await columns.tend(signal);
  const column = columns.current().get("a");
  assert.deepEqual([...columns.current().keys()], ["a"]);
  await put('{"a":2}');
  assert.deepEqual(await values(column), [null, "x", "1", "2"]);
  await settled(columns, column);
  assert.deepEqual(await values(column), [null, "x", "1", "2"]);
});

test("a field of an index policy gets its column sooner", async () => {
  const columns = await open();
  columns.noteUse(["a", "b"], 1_000_000, (field) => field === "b");
  await columns.tend(signal);
  assert.deepEqual([...columns.current().keys()], ["b"]);
});

test("the columns are known after a restart; those of another form are dropped", async () => {
  const first = await open();
  first.noteUse(["a.b", "c"], 30_000_000, never);
  await first.tend(signal);
  await engine.client.command({ sql: "ALTER TABLE events ADD COLUMN field_old String COMMENT 'other:eA'" });
  const second = await open();
  assert.deepEqual(second.current(), first.current());
  assert.deepEqual((await tableColumns()).flat().sort(), [...first.current().values()].sort());
});

test("a column that a crash left uncomputed is computed later", async () => {
  const first = await open();
  await put('{"a":1}');
  await put('{"a":2}');
  first.noteUse(["a"], 30_000_000, never);
  await first.tend(signal);
  const column = first.current().get("a");
  // As if the engine had never been asked for it: a part attached without the column.
  await engine.client.command({ sql: `ALTER TABLE events CLEAR COLUMN ${column} SETTINGS mutations_sync = 1` });
  const second = await open();
  assert.deepEqual(await values(column), ["1", "2"]);
  await settled(second, column);
  assert.deepEqual(await values(column), ["1", "2"]);
});

test("the sixth column is the last; a much more asked field takes the place of the least asked, once no query can read it", async () => {
  const columns = await open();
  const fields = Array.from({ length: 7 }, (_, i) => `f${i}`);
  for (const [i, field] of fields.entries()) columns.noteUse([field], 30_000_000 * (7 - i), never);
  await columns.tend(signal);
  assert.deepEqual([...columns.current().keys()].sort(), fields.slice(0, 6));
  await columns.tend(signal);
  assert.equal(columns.current().size, 6);
  columns.noteUse(["f6"], 900_000_000, never);
  await columns.tend(signal);
  assert.equal(columns.current().has("f5"), false);
  assert.equal((await tableColumns()).length, 6);
  now += 3 * HOUR;
  await columns.tend(signal);
  assert.equal(columns.current().has("f6"), true);
  assert.equal((await tableColumns()).length, 6);
});

test("deep fields count for more", async () => {
  const columns = await open();
  for (const [i, field] of ["a.b", "c", "d.e"].entries()) columns.noteUse([field], 90_000_000 - i, never);
  await columns.tend(signal);
  assert.deepEqual([...columns.current().keys()], ["a.b", "c"]);
});

test("encrypted tables have the same columns, when they are opened later too", async () => {
  const name = "events_9";
  const key = randomBytes(32);
  const open = () => openSealedTable(engine.client, { name, like: "events", key });
  await open();
  const sealed = sealedTableName(name);
  const tables = {
    open: () => ["events", sealed],
    async alter(change: string) {
      for (const table of tables.open()) await engine.client.command({ sql: `ALTER TABLE ${table} ${change}` });
    },
  };
  await put('{"a":"common"}');
  await engine.client.command({
    sql: `INSERT INTO ${sealed} (group_id, stream, timestamp, seq, put, retention, message) SELECT 2, 's', now64(3), 9, 9, 0, '{"a":"sealed"}'`,
  });
  const columns = createFieldColumns({ engine, tables, clock, log: () => {} });
  columns.noteUse(["a"], 30_000_000, never);
  await columns.tend(signal);
  const column = columns.current().get("a") ?? "";
  const source = tablesAsSource(tables.open(), columns.current().values());
  const all = { sql: `SELECT ${column} FROM ${source} ORDER BY ${column}` };
  assert.deepEqual(await engine.client.rows(all), [["common"], ["sealed"]]);
  await closeSealedTable(engine.client, name);
  await assert.rejects(engine.client.rows(all), { code: 60 });
  await open();
  assert.deepEqual(await engine.client.rows(all), [["common"], ["sealed"]]);
  await dropSealedTable(engine.client, name);
});
