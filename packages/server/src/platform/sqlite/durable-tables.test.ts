import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openDurableTables, StorageFull } from "./durable-tables.ts";

const schema = "CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

function open(t: TestContext, maxBytes = 1 << 30) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-tables-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "things.db");
  const tables = openDurableTables({ file, schema, version: 1, maxBytes });
  t.after(() => tables.close());
  const insert = tables.db.prepare("INSERT INTO things VALUES (?, ?)");
  const texts = () =>
    tables.db
      .prepare("SELECT text FROM things ORDER BY id")
      .all()
      .map(({ text }) => text);
  return { file, tables, texts, put: (id: number, text: string) => tables.write(() => insert.run(id, text).changes) };
}

test("a write that fails is undone alone, and its neighbours of the same turn stay", async (t) => {
  const { put, texts } = open(t);
  const results = await Promise.allSettled([put(1, "a"), put(1, "again"), put(2, "b")]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(texts(), ["a", "b"]);
});

test("at its bound the file refuses, keeps what it has, and takes more when room was made", async (t) => {
  const { put, tables, texts } = open(t, 200_000);
  const large = "x".repeat(80_000);
  await put(1, large);
  await put(2, large);
  await assert.rejects(put(3, large), StorageFull);
  assert.equal(texts().length, 2);
  await tables.write(() => tables.db.exec("DELETE FROM things WHERE id = 1"));
  await put(4, large);
  assert.equal(texts().length, 2);
});

test("room that is free goes back to the disk", async (t) => {
  const { put, tables } = open(t);
  for (let id = 1; id <= 20; id++) await put(id, "x".repeat(80_000));
  const pages = () => Number(tables.db.prepare("PRAGMA page_count").get()?.page_count);
  const before = pages();
  await tables.write(() => tables.db.exec("DELETE FROM things"));
  assert.equal(pages(), before);
  await tables.shrink();
  assert.ok(pages() < before / 10, `${pages()} of ${before} pages`);
});

test("what was asked for before closing is written, later writes are refused", async (t) => {
  const { file, put, tables } = open(t);
  const last = put(1, "last");
  tables.close();
  await last;
  await assert.rejects(put(2, "late"), /closed/);
  const again = openDurableTables({ file, schema, version: 1, maxBytes: 1 << 30 });
  t.after(() => again.close());
  assert.equal(again.db.prepare("SELECT count(*) AS n FROM things").get()?.n, 1);
});

test("a file of a newer version is refused", (t) => {
  const { file, tables } = open(t);
  tables.close();
  openDurableTables({ file, schema, version: 2, maxBytes: 1 << 30 }).close();
  assert.throws(() => openDurableTables({ file, schema, version: 1, maxBytes: 1 << 30 }), /newer Nephoscope/);
});
