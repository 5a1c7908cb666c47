import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type EmbeddedOptions, startEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import {
  DataDirectoryBusy,
  EngineError,
  EngineUnavailable,
  MemoryLimit,
  QueryCancelled,
  QueryTimeout,
  TooManyQueries,
} from "./errors.ts";
import { ALLOWED_TABLE_FUNCTIONS, REFUSED_FUNCTIONS } from "./sql/guard.ts";

const ENDLESS = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 3";

const endings: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "engine-"));
  endings.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function start(options: Partial<EmbeddedOptions> = {}): Promise<Engine> {
  const engine = await startEngine({ dataDir: options.dataDir ?? (await directory()), log: () => {}, ...options });
  endings.push(() => engine.close());
  return engine;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await delay(10);
}

function crash(engine: Engine): void {
  assert.ok(engine.pid);
  process.kill(engine.pid, "SIGKILL");
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a crash of the engine process", () => {
  it("fails what was under way, tells it, and lets new calls wait for the restart", async () => {
    const engine = await start();
    await engine.client.command({ sql: "CREATE TABLE system_free (a UInt8) ENGINE = Memory", database: "default" });
    const states: string[] = [];
    engine.onState((state) => states.push(state));
    const stream = engine.client.stream({ sql: ENDLESS, queryId: "under-way" });
    const failure = assert.rejects(async () => {
      for await (const _ of stream);
    }, EngineUnavailable);
    const optimize = engine.client.command({ sql: "SELECT sleep(3) FORMAT Null" });
    const commandFailure = assert.rejects(optimize, EngineUnavailable);
    await until(async () => (await engine.client.progress("under-way")) !== undefined);
    crash(engine);
    await failure;
    await commandFailure;
    assert.deepEqual(await engine.client.rows({ sql: "SELECT 1" }), [[1]]);
    assert.deepEqual(states, ["down", "up"]);
  });

  it("is not noticed by a read, which is asked again", async () => {
    const engine = await start();
    const read = engine.client.rows({ sql: "SELECT sleep(0.5)", queryId: "again" });
    await until(async () => (await engine.client.progress("again")) !== undefined);
    crash(engine);
    assert.deepEqual(await read, [[0]]);
  });

  it("loses nothing that was acknowledged", async () => {
    const engine = await start();
    await engine.client.command({ sql: "CREATE DATABASE d" });
    await engine.client.command({ sql: "CREATE TABLE d.t (a UInt64) ENGINE = MergeTree ORDER BY a" });
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 5; i += 1) {
        const body = Buffer.from(`[${acknowledged}]`);
        await engine.client.insert({ table: "d.t", columns: ["a"], format: "JSONCompactEachRow", body });
        acknowledged += 1;
      }
      crash(engine);
      assert.deepEqual(await engine.client.rows({ sql: "SELECT count(), uniqExact(a) FROM d.t" }), [
        [String(acknowledged), String(acknowledged)],
      ]);
    }
  });

  it("ends the waiting when the engine does not come back in time", async () => {
    const engine = await start({ restartWaitMs: 1 });
    crash(engine);
    await once(process, "nothing", { signal: AbortSignal.timeout(1) }).catch(() => {});
    await until(() => engine.state === "down");
    await assert.rejects(engine.client.command({ sql: "SELECT 1 FORMAT Null" }), EngineUnavailable);
  });
});

describe("a call while the engine is away", () => {
  it("ends when its caller gives up or its time is over", async () => {
    const engine = await start();
    crash(engine);
    await until(() => engine.state === "down");
    const sql = "SELECT sleep(3)";
    await assert.rejects(engine.client.rows({ sql, signal: AbortSignal.timeout(1) }), QueryCancelled);
    await assert.rejects(engine.client.rows({ sql, timeoutMs: 1 }), QueryTimeout);
  });
});

describe("the data directory", () => {
  it("belongs to one engine: another one is told who holds it", async () => {
    const dataDir = await directory();
    const engine = await start({ dataDir });
    await assert.rejects(
      startEngine({ dataDir, log: () => {}, lockWaitMs: 100 }),
      (error) => error instanceof DataDirectoryBusy && error.message.includes(String(engine.pid)),
    );
  });

  it("is waited for while the engine before is going", async () => {
    const dataDir = await directory();
    const first = await start({ dataDir });
    const second = start({ dataDir, lockWaitMs: 20_000 });
    await delay(50);
    await first.close();
    assert.deepEqual(await (await second).client.rows({ sql: "SELECT 1" }), [[1]]);
  });
});

describe("the engine process", () => {
  it("ends at once when its parent is killed, even while it is busy", async () => {
    const module = fileURLToPath(new URL("./embedded.ts", import.meta.url));
    const script = `
      import { startEngine } from ${JSON.stringify(module)};
      const engine = await startEngine({ dataDir: process.argv[1], log: () => {} });
      for (let i = 0; i < 4; i += 1) engine.client.rows({ sql: ${JSON.stringify(ENDLESS)}, queryId: "q" + i });
      while ((await engine.client.progress("q3")) === undefined);
      console.log(engine.pid);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, await directory()], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    assert.ok(alive(pid));
    parent.kill("SIGKILL");
    await until(() => !alive(pid));
  });

  it("finishes on close what is under way", async () => {
    const engine = await start();
    const query = engine.client.rows({ sql: "SELECT sleep(0.5)", queryId: "last" });
    await until(async () => (await engine.client.progress("last")) !== undefined);
    await engine.close();
    assert.deepEqual(await query, [[0]]);
  });

  it("ends on close, and refuses calls afterwards", async () => {
    const engine = await start();
    const { pid } = engine;
    assert.ok(pid);
    await engine.close();
    await until(() => !alive(pid));
    await assert.rejects(engine.client.rows({ sql: "SELECT 1" }), EngineUnavailable);
  });
});

describe("the bounds of the engine", () => {
  it("refuses the query that finds neither a place to run nor one to wait, and lets a waiting one be killed", async () => {
    const engine = await start({ limits: { reads: 1, queue: 2 } });
    const { client } = engine;
    const abort = new AbortController();
    const run = (queryId: string) => client.rows({ sql: ENDLESS, queryId, signal: abort.signal });
    const cancelled = [assert.rejects(run("running"), QueryCancelled)];
    await until(async () => (await client.progress("running")) !== undefined);
    const waiting = run("waiting");
    const killed = assert.rejects(waiting, QueryCancelled);
    cancelled.push(assert.rejects(run("waiting too"), QueryCancelled));
    // The two are on their way to the queue; the third finds it full as soon as both are in it.
    await until(async () => {
      const third = new AbortController();
      const outcome = client.rows({ sql: "SELECT 1", signal: third.signal }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const first = await Promise.race([outcome, delay(100)]);
      third.abort();
      await outcome;
      return first instanceof TooManyQueries;
    });
    await client.kill("waiting");
    await killed;
    abort.abort();
    await Promise.all(cancelled);
    assert.deepEqual(await client.rows({ sql: "SELECT 1" }), [[1]]);
  });

  it("keeps its memory limit over all queries, and lives on", async () => {
    const engine = await start({ limits: { memory: 200 * 1024 ** 2, queryMemory: 190 * 1024 ** 2 } });
    const { pid } = engine;
    const greedy = () =>
      engine.client.rows({
        sql: "SELECT uniqExact(number, toString(number)) FROM numbers(200000000)",
      });
    const outcomes = await Promise.allSettled([greedy(), greedy()]);
    assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof MemoryLimit));
    assert.deepEqual(await engine.client.rows({ sql: "SELECT 1" }), [[1]]);
    assert.equal(engine.pid, pid);
  });

  const engine = () => start();
  it("lets no query raise or remove a limit", async () => {
    const { client } = await engine();
    for (const setting of ["max_memory_usage", "max_execution_time", "max_result_rows"])
      for (const value of [0, "1000000000000000"]) {
        await assert.rejects(
          client.command({ sql: "SELECT 1 FORMAT Null", settings: { [setting]: value } }),
          EngineError,
        );
        await assert.rejects(
          client.command({ sql: `SELECT 1 FORMAT Null SETTINGS ${setting} = ${value}` }),
          EngineError,
        );
      }
  });

  it("makes every table with fsync, and no statement turns it off", async () => {
    const { client } = await engine();
    await client.command({ sql: "CREATE DATABASE d" });
    const create = (name: string, settings: string) =>
      client.command({ sql: `CREATE TABLE d.${name} (a UInt64) ENGINE = MergeTree ORDER BY a ${settings}` });
    assert.deepEqual(
      await client.rows({
        sql: "SELECT name, value FROM system.merge_tree_settings WHERE name IN ('fsync_after_insert', 'fsync_part_directory') ORDER BY name",
      }),
      [
        ["fsync_after_insert", "1"],
        ["fsync_part_directory", "1"],
      ],
    );
    await create("good", "");
    await assert.rejects(create("bad", "SETTINGS fsync_after_insert = 0"), EngineError);
    await assert.rejects(
      client.command({ sql: "ALTER TABLE d.good MODIFY SETTING fsync_part_directory = 0" }),
      EngineError,
    );
  });

  it("writes no log tables of its own", async () => {
    const { client } = await engine();
    for (let i = 0; i < 5; i += 1) await client.rows({ sql: "SELECT 1" });
    assert.deepEqual(
      await client.rows({ sql: "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'" }),
      [],
    );
  });

  it("knows every table function of this release as allowed or refused", async () => {
    const { client } = await engine();
    const names = await client.rows<[string]>({ sql: "SELECT lower(name) FROM system.table_functions" });
    assert.deepEqual(
      names.flat().filter((name) => !ALLOWED_TABLE_FUNCTIONS.has(name) && !REFUSED_FUNCTIONS.has(name)),
      [],
    );
  });
});
