import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { EngineError, MemoryLimit } from "./errors.ts";
import { closeSealedTable, dropSealedTable, NoSealedDisk, openSealedTable, sealedTableName } from "./sealed-tables.ts";

/** Whether any file of a folder holds these bytes. */
function isOnDisk(folder: string, bytes: Buffer): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(bytes));
}

describe("a sealed table", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "engine-"));
  const key = randomBytes(32);
  const logged: string[] = [];
  const sealed = sealedTableName("t_1");
  let engine: Engine;
  before(async () => {
    const log = (...line: readonly unknown[]) => void logged.push(JSON.stringify(line));
    engine = await startEngine({ dataDir, log, database: "own" });
    await engine.client.command({ sql: "CREATE DATABASE own", database: "default" });
    await engine.client.command({
      // Text that is not compressed is found again as it is.
      sql: `CREATE TABLE plain (a UInt64, b String CODEC(NONE), c UInt64 ALIAS a + 1, INDEX grams b TYPE ngrambf_v1(4, 1024, 2, 0) GRANULARITY 1)
        ENGINE = MergeTree ORDER BY a SETTINGS fsync_after_insert = 1`,
    });
    await open();
  });
  after(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true });
  });

  const open = (withKey = key) => openSealedTable(engine.client, { name: "t_1", like: "plain", key: withKey });
  const insert = (table: string, text: string) =>
    engine.client.insert({
      table,
      columns: ["a", "b"],
      format: "JSONCompactEachRow",
      body: Buffer.from(`[1,"${text}"]\n`),
    });
  const texts = async (table: string) =>
    (await engine.client.rows<[string]>({ sql: `SELECT b FROM ${table} ORDER BY b` })).flat();
  const killEngine = async () => {
    const up = new Promise<void>((resolve) => engine.onState((state) => state === "up" && resolve()));
    process.kill(engine.pid ?? 0, "SIGKILL");
    await up;
  };

  it("keeps nothing readable on disk, where a plain one does", async () => {
    await insert("plain", "axolotl-in-plain");
    await insert(sealed, "axolotl-in-sealed");
    assert.deepEqual(await texts(sealed), ["axolotl-in-sealed"]);
    assert.ok(isOnDisk(dataDir, Buffer.from("axolotl-in-plain")));
    assert.ok(!isOnDisk(dataDir, Buffer.from("axolotl-in-sealed")));
  });

  it("has its key on no disk, neither as bytes nor as text, nor in what the engine tells", async () => {
    const hex = key.toString("hex");
    assert.ok(!isOnDisk(dataDir, key));
    assert.ok(!isOnDisk(dataDir, Buffer.from(hex)) && !isOnDisk(dataDir, Buffer.from(hex.toUpperCase())));
    const [row] = await engine.client.rows<[string, string]>({
      sql: `SELECT (SELECT create_table_query FROM system.tables WHERE name = 't_1'), (SELECT toString(groupArray(tuple(*))) FROM system.disks)`,
    });
    assert.match(String(row), /key_hex/);
    assert.ok(!String(row).includes(hex));
  });

  it("is forgotten by an engine that ends, and has its rows again when it is opened", async () => {
    await killEngine();
    await assert.rejects(texts(sealed), (error) => error instanceof EngineError && error.code === 60);
    await open();
    assert.deepEqual(await texts(sealed), ["axolotl-in-sealed"]);
  });

  it("is opened behind a statement that asks for it", async () => {
    await killEngine();
    let asked = 0;
    engine.client.restoreTables = async () => {
      asked += 1;
      await open();
      return true;
    };
    assert.deepEqual(await texts(sealed), ["axolotl-in-sealed"]);
    await closeSealedTable(engine.client, "t_1");
    await insert(sealed, "b");
    await closeSealedTable(engine.client, "t_1");
    for await (const rows of engine.client.stream({ sql: `SELECT b FROM ${sealed}` })) assert.equal(rows.length, 2);
    assert.equal(asked, 3);
    await assert.rejects(texts(sealedTableName("no")), /UNKNOWN_TABLE|does not exist|Unknown table/i);
    assert.equal(asked, 4);
    engine.client.restoreTables = undefined;
  });

  it("does not open under another key", async () => {
    await killEngine();
    const other = randomBytes(32);
    await assert.rejects(open(other), (error) => {
      assert.ok(error instanceof EngineError && error.code === 592, String(error));
      assert.ok(!`${error.stack} ${String(error.cause)}`.includes(other.toString("hex")));
      return true;
    });
    for (const secret of [key, other]) assert.ok(!logged.join("\n").includes(secret.toString("hex")));
    await open();
    assert.equal((await texts(sealed)).length, 2);
  });

  it("is refused by an engine that has no disk for it, without a word of the key", async () => {
    const client = {
      rows: engine.client.rows.bind(engine.client),
      // As ClickHouse 26.7 says it.
      async command({ sql }: { readonly sql: string }) {
        const disk = /disk\(.*\)/.exec(sql)?.[0];
        const text = `The wrapped disk must have been announced earlier. No disk with name nephoscope_sealed: Disk x: While processing ${disk}`;
        if (disk !== undefined) throw new EngineError(36, "BAD_ARGUMENTS", text);
      },
    };
    await assert.rejects(openSealedTable(client, { name: "t_1", like: "plain", key }), (error) => {
      assert.ok(error instanceof NoSealedDisk && /storage_configuration/.test(error.message));
      assert.ok(/key_hex/.test(error.message) && !error.message.includes(key.toString("hex")));
      return true;
    });
  });

  it("has the columns that the other table has when it is opened", async () => {
    await engine.client.command({ sql: "ALTER TABLE plain ADD COLUMN d Nullable(String) MATERIALIZED upper(b)" });
    await closeSealedTable(engine.client, "t_1");
    await open();
    const rows = await engine.client.rows({ sql: `SELECT c, d FROM ${sealed} WHERE b LIKE '%in-sealed%'` });
    assert.deepEqual(rows, [["2", "AXOLOTL-IN-SEALED"]]);
  });

  it("is sorted in memory or not at all, where a plain one is put down on disk", async () => {
    const spilled = async () => {
      const sql = "SELECT toUInt32(sum(value)) FROM system.events WHERE event = 'ExternalSortWritePart'";
      return (await engine.client.rows<[number]>({ sql }))[0]?.[0];
    };
    const sort = (table: string, memory = 0) =>
      engine.client.rows({
        sql: `SELECT concat(b, toString(number)) AS c FROM ${table} CROSS JOIN numbers(1000000) AS n WHERE a = 1 ORDER BY sipHash64(c)`,
        maxRows: 2_000_000,
        settings: {
          max_bytes_before_external_sort: 1_000_000,
          max_bytes_ratio_before_external_sort: 0,
          max_threads: 1,
          ...(memory > 0 && { max_memory_usage: memory }),
        },
      });
    await sort("plain");
    const before = await spilled();
    assert.notEqual(before, 0);
    await sort(sealed);
    assert.equal(await spilled(), before);
    await assert.rejects(sort(sealed, 50_000_000), MemoryLimit);
    assert.equal(await spilled(), before);
  });

  it("is gone with its data once it is dropped", async () => {
    await dropSealedTable(engine.client, "t_1");
    await open();
    assert.deepEqual(await texts(sealed), []);
  });
});
