import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "./engine.ts";
import { EngineError, MemoryLimit, QueryCancelled, QueryTimeout, ResultTooLarge } from "./errors.ts";
import type { QueryStatistics } from "./index.ts";

/** A query that would run for minutes on any machine. */
const ENDLESS = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 3";

/** Asks until the answer is no longer `undefined`. */
async function poll<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(10);
  }
}

/** What every engine must do, embedded or not. `open` starts a fresh one, `close` ends all that it started. */
export function engineSuite(name: string, open: () => Promise<{ engine: Engine; close(): Promise<void> }>): void {
  describe(name, () => {
    let engine: Engine;
    let close: () => Promise<void>;
    before(async () => {
      ({ engine, close } = await open());
      await engine.client.command({ sql: "CREATE DATABASE IF NOT EXISTS suite" });
    });
    after(() => close());

    const insert = (table: string, lines: string) =>
      engine.client.insert({ table, columns: ["a", "b"], format: "JSONCompactEachRow", body: Buffer.from(lines) });
    const table = async (name: string) => {
      await engine.client.command({
        sql: `CREATE TABLE suite.${name} (a UInt64, b String) ENGINE = MergeTree ORDER BY a`,
      });
      return `suite.${name}`;
    };

    it("gives rows as arrays, 64-bit integers as strings", async () => {
      const sql = "SELECT toUInt64('18446744073709551615'), toUInt8(1), 'é\\n', [1, 2], NULL";
      assert.deepEqual(await engine.client.rows({ sql }), [["18446744073709551615", 1, "é\n", [1, 2], null]]);
    });

    it("gives rows as objects", async () => {
      const sql = "SELECT 1 AS one, 'b' AS two";
      assert.deepEqual(await engine.client.objects({ sql }), [{ one: 1, two: "b" }]);
    });

    for (const value of [
      "plain",
      "it's",
      "back\\slash",
      "tab\tand\nline",
      '"quoted"',
      "{x:String}",
      "'; DROP TABLE t --",
      "‘ü’ \u{1f600}",
      "",
      "\\N",
    ])
      it(`binds the text ${JSON.stringify(value)}`, async () => {
        assert.deepEqual(await engine.client.rows({ sql: "SELECT {x:String}", params: { x: value } }), [[value]]);
      });

    it("binds numbers, lists, maps and nothing", async () => {
      assert.deepEqual(
        await engine.client.rows({
          sql: "SELECT {n:UInt64}, {l:Array(String)}, {m:Map(String, UInt8)}, {z:Nullable(String)}",
          params: { n: 2n ** 63n, l: ["a'b", "c\\d\n"], m: { k: 1 }, z: null },
        }),
        [["9223372036854775808", ["a'b", "c\\d\n"], { k: 1 }, null]],
      );
    });

    it("keeps the values of concurrent queries apart", async () => {
      const texts = Array.from({ length: 100 }, (_, i) => `value ${i}`);
      const found = await Promise.all(
        texts.map((x) => engine.client.rows<[string]>({ sql: "SELECT {x:String}", params: { x } })),
      );
      assert.deepEqual(found.flat(2), texts);
    });

    it("does not remember a parameter or a setting of an earlier query", async () => {
      await engine.client.rows({ sql: "SELECT {once:String}", params: { once: "x" }, settings: { max_block_size: 7 } });
      await assert.rejects(engine.client.rows({ sql: "SELECT {once:String}" }), EngineError);
      for (let i = 0; i < 10; i += 1)
        assert.notDeepEqual(await engine.client.rows({ sql: "SELECT getSetting('max_block_size')::UInt32" }), [[7]]);
    });

    it("tells what a query read", async () => {
      let told: QueryStatistics | undefined;
      await engine.client.rows({
        sql: "SELECT count() FROM numbers(1000000) WHERE sipHash64(number) % 7 = 0",
        onStatistics: (statistics) => {
          told = statistics;
        },
      });
      assert.equal(told?.readRows, 1_000_000);
      assert.equal(told?.readBytes, 8_000_000);
    });

    it("streams a large result in batches, in order", async () => {
      let next = 0;
      let batches = 0;
      for await (const batch of engine.client.stream<[string]>({ sql: "SELECT number FROM numbers(500000)" })) {
        batches += 1;
        for (const [number] of batch) {
          assert.equal(number, String(next));
          next += 1;
        }
      }
      assert.equal(next, 500_000);
      assert.ok(batches > 1);
    });

    it("stops a stream in the engine when its reader leaves", async () => {
      const queryId = "left-early";
      for await (const _ of engine.client.stream({ sql: "SELECT number FROM numbers(1000000000000)", queryId })) break;
      await poll(async () => ((await engine.client.progress(queryId)) === undefined ? true : undefined));
    });

    it("kills a stream whose reader is slow", async () => {
      const queryId = "slow-reader";
      const sql = "SELECT number, repeat('x', 1000) FROM numbers(1000000000)";
      let killed: Promise<void> | undefined;
      await assert.rejects(async () => {
        for await (const _ of engine.client.stream({ sql, queryId })) {
          killed ??= engine.client.kill(queryId);
          await delay(5);
        }
      }, QueryCancelled);
      await killed;
      assert.equal(await engine.client.progress(queryId), undefined);
    });

    it("reports an error in the middle of a stream", async () => {
      let rows = 0;
      await assert.rejects(
        async () => {
          const sql = "SELECT throwIf(number = 300000, 'boom') FROM numbers(1000000) SETTINGS max_block_size = 1000";
          for await (const batch of engine.client.stream({ sql })) rows += batch.length;
        },
        (error) => error instanceof EngineError && error.code === 395 && /boom/.test(error.message),
      );
      assert.ok(rows > 0 && rows <= 300_000, String(rows));
    });

    it("refuses more rows than the caller allows", async () => {
      const sql = "SELECT number FROM numbers(1000)";
      await assert.rejects(engine.client.rows({ sql, maxRows: 10 }), ResultTooLarge);
      assert.equal((await engine.client.rows({ sql, maxRows: 1000 })).length, 1000);
    });

    it("reports a mistake with code and name", async () => {
      await assert.rejects(engine.client.rows({ sql: "SELECT * FROM suite.nowhere" }), {
        name: "EngineError",
        code: 60,
        codeName: "UNKNOWN_TABLE",
      });
      await assert.rejects(
        engine.client.command({ sql: "CREATE TABLE suite.bad (a Nope) ENGINE = Memory" }),
        EngineError,
      );
    });

    it("inserts rows that the next query sees", async () => {
      const name = await table("seen");
      for (let i = 0; i < 20; i += 1) {
        await insert(name, `[${i},"row ${i}"]\n`);
        assert.deepEqual(await engine.client.rows({ sql: `SELECT count() FROM ${name}` }), [[String(i + 1)]]);
      }
    });

    it("inserts any text unchanged", async () => {
      const name = await table("texts");
      const texts = [
        "",
        " leading",
        "trailing ",
        "a\tb\nc\rd",
        "\\",
        "\\n",
        "'\"`",
        "é\u{1f600}",
        "\u0000\u0001",
        "-- x",
        "/* x */; DROP",
      ];
      await insert(name, texts.map((text, i) => JSON.stringify([i, text])).join("\n"));
      const rows = await engine.client.rows<[string]>({ sql: `SELECT b FROM ${name} ORDER BY a` });
      assert.deepEqual(rows.flat(), texts);
    });

    it("inserts a body of several buffers, and one of none", async () => {
      const name = await table("buffers");
      const body = [Buffer.from('[1,"'), Buffer.from('x"]\n[2,"y"]'), Buffer.from("\n")];
      await engine.client.insert({ table: name, columns: ["a", "b"], format: "JSONCompactEachRow", body });
      await engine.client.insert({ table: name, columns: ["a", "b"], format: "JSONCompactEachRow", body: [] });
      assert.deepEqual(await engine.client.rows({ sql: `SELECT a, b FROM ${name} ORDER BY a` }), [
        ["1", "x"],
        ["2", "y"],
      ]);
    });

    it("writes nothing of an insert with a broken row", async () => {
      const name = await table("broken");
      await assert.rejects(insert(name, '[1,"x"]\n[2,"y"\n[3,"z"]'), EngineError);
      await assert.rejects(insert(name, '["x","x"]'), EngineError);
      assert.deepEqual(await engine.client.rows({ sql: `SELECT count() FROM ${name}` }), [["0"]]);
    });

    it("shows the progress of a query, and kills it", async () => {
      const queryId = "to-be-killed";
      const query = engine.client.rows({ sql: ENDLESS, queryId });
      const refusal = assert.rejects(query, QueryCancelled);
      const progress = await poll(async () => {
        const now = await engine.client.progress(queryId);
        return now !== undefined && now.readRows > 0 ? now : undefined;
      });
      assert.ok(progress.totalRows >= progress.readRows);
      await engine.client.kill(queryId);
      await refusal;
      await poll(async () => ((await engine.client.progress(queryId)) === undefined ? true : undefined));
    });

    it("stops a query in the engine when its signal is aborted", async () => {
      const queryId = "to-be-aborted";
      const abort = new AbortController();
      const refusal = assert.rejects(
        engine.client.rows({ sql: ENDLESS, queryId, signal: abort.signal }),
        QueryCancelled,
      );
      await poll(() => engine.client.progress(queryId));
      abort.abort();
      await refusal;
      await poll(async () => ((await engine.client.progress(queryId)) === undefined ? true : undefined));
    });

    it("stops a query in the engine when its time is over", async () => {
      const queryId = "to-be-timed-out";
      await assert.rejects(engine.client.rows({ sql: ENDLESS, queryId, timeoutMs: 200 }), QueryTimeout);
      await poll(async () => ((await engine.client.progress(queryId)) === undefined ? true : undefined));
      await assert.rejects(
        engine.client.rows({ sql: ENDLESS, settings: { max_execution_time: 1 } }),
        (error) => error instanceof QueryTimeout,
      );
    });

    it("says so when a query needs too much memory, and lives on", async () => {
      await assert.rejects(
        engine.client.rows({
          sql: "SELECT count() FROM (SELECT number, groupArray(toString(number)) FROM numbers(100000000) GROUP BY number)",
          settings: { max_memory_usage: 50_000_000 },
        }),
        MemoryLimit,
      );
      assert.deepEqual(await engine.client.rows({ sql: "SELECT 1" }), [[1]]);
    });

    it("answers a quick query and an insert while slow ones run", async () => {
      const name = await table("beside");
      const abort = new AbortController();
      const ids = ["slow-1", "slow-2", "slow-3"];
      const slow = ids.map((queryId) =>
        assert.rejects(engine.client.rows({ sql: ENDLESS, queryId, signal: abort.signal }), QueryCancelled),
      );
      for (const id of ids) await poll(() => engine.client.progress(id));
      await insert(name, '[1,"x"]');
      assert.deepEqual(await engine.client.rows({ sql: `SELECT b FROM ${name}` }), [["x"]]);
      // They are all still at it: what was quick did not wait for them.
      for (const id of ids) assert.ok(await engine.client.progress(id));
      abort.abort();
      await Promise.all(slow);
    });
  });
}
