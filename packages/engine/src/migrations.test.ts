import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { EngineUnavailable } from "./errors.ts";
import { MigrationRefused, migrate } from "./migrations.ts";

describe("migrate", () => {
  let engine: Engine;
  let base: string;
  let databases = 0;
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "engine-"));
    engine = await startEngine({ dataDir: join(base, "engine"), log: () => {} });
  });
  after(async () => {
    await engine.close();
    await rm(base, { recursive: true });
  });

  async function schema(files: Record<string, string>): Promise<string> {
    const directory = await mkdtemp(join(base, "schema-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return directory;
  }
  const fresh = () => {
    databases += 1;
    return `m${databases}`;
  };
  const run = (database: string, directory: string, client = engine.client) => migrate({ client, database, directory });
  const tables = async (database: string) =>
    (
      await engine.client.rows<[string]>({
        sql: "SELECT name FROM system.tables WHERE database = {database:String} AND name != 'schema_migrations' ORDER BY name",
        params: { database },
      })
    ).flat();
  const table = (name: string) => `CREATE TABLE IF NOT EXISTS ${name} (a UInt8) ENGINE = MergeTree ORDER BY a;\n`;

  it("applies the files in order, once", async () => {
    const database = fresh();
    const files = {
      "0001_first.sql": `-- The first; of them\n${table("a")}${table("b")}`,
      "0002_second.sql": "ALTER TABLE a ADD COLUMN IF NOT EXISTS b String DEFAULT ';' -- end",
    };
    assert.deepEqual(await run(database, await schema(files)), [1, 2]);
    assert.deepEqual(await tables(database), ["a", "b"]);
    assert.deepEqual(await run(database, await schema(files)), []);
    assert.deepEqual(await run(database, await schema({ ...files, "0003_third.sql": table("c") })), [3]);
    assert.deepEqual(await tables(database), ["a", "b", "c"]);
  });

  it("goes on behind the last statement that was recorded, wherever it was killed", async () => {
    const directory = await schema({
      "0001_a.sql": table("a") + table("b"),
      "0002_b.sql": table("c") + table("d"),
    });
    // The calls of a run that is not disturbed: what is done to the engine between any two of them must not matter.
    const calls = (cut: number) => {
      let left = cut;
      const guard = async (work: () => Promise<void>) => {
        if (left === 0 && engine.pid !== undefined) process.kill(engine.pid, "SIGKILL");
        left -= 1;
        await work();
      };
      return new Proxy(engine.client, {
        get(client, name) {
          if (name === "command") return (query: never) => guard(() => client.command(query));
          if (name === "insert") return (insert: never) => guard(() => client.insert(insert));
          const value = Reflect.get(client, name);
          return typeof value === "function" ? value.bind(client) : value;
        },
      });
    };
    for (const cut of [3, 4, 6]) {
      const database = fresh();
      await assert.rejects(run(database, directory, calls(cut)), EngineUnavailable);
      await run(database, directory);
      assert.deepEqual(await tables(database), ["a", "b", "c", "d"]);
      assert.deepEqual(
        await engine.client.rows({
          sql: "SELECT version, statement FROM schema_migrations ORDER BY ALL",
          database,
        }),
        [
          [1, 0],
          [1, 1],
          [2, 0],
          [2, 1],
        ],
      );
    }
  });

  it("goes on behind a statement that failed, when it was mended", async () => {
    const database = fresh();
    await assert.rejects(
      run(database, await schema({ "0001_a.sql": `${table("a")}CREATE TABLE b (a Nope) ENGINE = Memory` })),
      {
        name: "EngineError",
      },
    );
    assert.deepEqual(await run(database, await schema({ "0001_a.sql": table("a") + table("b") })), [1]);
    assert.deepEqual(await tables(database), ["a", "b"]);
  });

  it("refuses a file that was changed after it had been applied", async () => {
    const database = fresh();
    await run(database, await schema({ "0001_a.sql": table("a") }));
    const refused = { name: "MigrationRefused", message: /0001_a\.sql was changed after it had been applied/ };
    await assert.rejects(run(database, await schema({ "0001_a.sql": table("b") })), refused);
    await assert.rejects(run(database, await schema({ "0001_a.sql": table("a") + table("b") })), refused);
  });

  it("does not mind other comments and line breaks in an applied file", async () => {
    const database = fresh();
    await run(database, await schema({ "0001_a.sql": table("a") }));
    const text = `-- why\n${table("a").replaceAll(" ", "\n  ")}`;
    assert.deepEqual(await run(database, await schema({ "0001_a.sql": text })), []);
  });

  it("refuses a database that is newer than the files", async () => {
    const database = fresh();
    await run(database, await schema({ "0001_a.sql": table("a"), "0002_b.sql": table("b") }));
    await assert.rejects(run(database, await schema({ "0001_a.sql": table("a") })), {
      name: "MigrationRefused",
      message: /schema version 2 \(0002_b\.sql\)/,
    });
  });

  const misfits: Record<string, Record<string, string>> = {
    "a gap in the numbers": { "0001_a.sql": table("a"), "0003_c.sql": table("c") },
    "two files with one number": { "0001_a.sql": table("a"), "0001_b.sql": table("b") },
    "a name that is none": { "1_a.sql": table("a") },
    "a file without a statement": { "0001_a.sql": "-- nothing" },
  };
  for (const [what, files] of Object.entries(misfits))
    it(`refuses ${what}`, async () => {
      await assert.rejects(run(fresh(), await schema(files)), MigrationRefused);
    });
});
