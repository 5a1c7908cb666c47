import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Appender, type AppenderOptions, createAppender } from "./appender.ts";
import type { EngineClient, Insert } from "./client.ts";
import { startEngine } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { EngineError, EngineUnavailable, engineError } from "./errors.ts";

/** How many times the long test kills the engine; more with NEPHOSCOPE_CRASHES=200, for example. */
const CRASHES = Number(process.env.NEPHOSCOPE_CRASHES ?? 4);

type Row = { seq: number; text: string };

const encode = (rows: readonly Row[]) =>
  Buffer.from(rows.map((row) => `${JSON.stringify([row.seq, row.text])}\n`).join(""));
const row = (seq: number): Row => ({ seq, text: `text ${seq}` });

describe("an appender on the embedded engine", () => {
  let engine: Engine;
  let dataDir: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "engine-"));
    engine = await startEngine({ dataDir, log: () => {} });
    await engine.client.command({ sql: "CREATE DATABASE d" });
  });
  after(async () => {
    await engine.close();
    await rm(dataDir, { recursive: true });
  });

  async function open(table: string, more: Partial<AppenderOptions<Row>> = {}): Promise<Appender<Row>> {
    await engine.client.command({
      sql: `CREATE TABLE d.${table} (seq UInt64, text String) ENGINE = MergeTree PARTITION BY seq % 3 ORDER BY seq`,
    });
    return createAppender<Row>({
      client: engine.client,
      table: `d.${table}`,
      columns: ["seq", "text"],
      encode,
      async missing(rows) {
        const found = await engine.client.rows<[string]>({
          sql: `SELECT seq FROM d.${table} WHERE seq IN {seqs:Array(UInt64)}`,
          params: { seqs: rows.map(({ seq }) => seq) },
        });
        const there = new Set(found.flat().map(Number));
        return rows.filter(({ seq }) => !there.has(seq));
      },
      ...more,
    });
  }
  const stored = async (table: string) =>
    (await engine.client.rows<[string]>({ sql: `SELECT seq FROM d.${table} ORDER BY seq` })).flat().map(Number);

  it("shows what it acknowledged to the next query", async () => {
    const appender = await open("visible");
    for (let seq = 0; seq < 10; seq += 1) {
      await appender.append([row(seq)]);
      assert.equal((await stored("visible")).length, seq + 1);
    }
    await appender.close();
  });

  it("refuses only the call with a row that the engine does not take", async () => {
    const appender = await open("poison", { inFlight: 1 });
    const calls = Array.from({ length: 20 }, (_, seq) =>
      appender.append([seq === 7 ? ({ seq: "seven", text: "" } as unknown as Row) : row(seq)]),
    );
    const outcomes = await Promise.allSettled(calls);
    assert.deepEqual(
      outcomes.flatMap((outcome, seq) =>
        outcome.status === "rejected" ? [[seq, outcome.reason instanceof EngineError]] : [],
      ),
      [[7, true]],
    );
    assert.deepEqual(
      await stored("poison"),
      Array.from({ length: 20 }, (_, seq) => seq).filter((seq) => seq !== 7),
    );
    await appender.close();
  });

  it(`neither loses nor doubles a row while the engine is killed ${CRASHES} times`, async () => {
    const appender = await open("killed");
    let next = 0;
    let stop = false;
    const acknowledged: number[] = [];
    const writers = Array.from({ length: 8 }, async () => {
      while (!stop) {
        const rows = Array.from({ length: 1 + (next % 40) }, () => {
          next += 1;
          return row(next);
        });
        await appender.append(rows);
        for (const { seq } of rows) acknowledged.push(seq);
      }
    });
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 300) await delay(1);
      // A different moment of the insert each time.
      await delay(crash % 7);
      if (engine.pid !== undefined) process.kill(engine.pid, "SIGKILL");
    }
    stop = true;
    await Promise.all(writers);
    await appender.close();
    assert.deepEqual(
      await stored("killed"),
      acknowledged.toSorted((a, b) => a - b),
    );
    assert.equal(acknowledged.length, next);
  });
});

/** A client whose inserts end as the test says; the rest of its contract is proven above, on a real engine. */
function scripted(insert: (insert: Insert, n: number) => Promise<void>): { client: EngineClient; inserts: Insert[] } {
  const inserts: Insert[] = [];
  const client = {
    insert(asked: Insert) {
      inserts.push(asked);
      return insert(asked, inserts.length);
    },
    progress: async () => undefined,
    kill: async () => {},
  };
  return { client: client as unknown as EngineClient, inserts };
}

const bodyOf = (insert: Insert | undefined) => Buffer.concat([insert?.body ?? []].flat() as Buffer[]).toString();

describe("an appender", () => {
  const create = (client: EngineClient, more: Partial<AppenderOptions<Row>> = {}) =>
    createAppender<Row>({
      client,
      table: "t",
      columns: ["seq", "text"],
      encode,
      missing: async (rows) => [...rows],
      inFlight: 1,
      ...more,
    });

  it("sends a lone call at once, and gathers those that come meanwhile", async () => {
    const gate = Promise.withResolvers<void>();
    const { client, inserts } = scripted(() => gate.promise);
    const appender = create(client);
    const calls = [1, 2, 3].map((seq) => appender.append([row(seq)]));
    assert.equal(inserts.length, 1);
    gate.resolve();
    await Promise.all(calls);
    assert.deepEqual(inserts.map(bodyOf), ['[1,"text 1"]\n', '[2,"text 2"]\n[3,"text 3"]\n']);
  });

  for (const [bound, more] of [
    ["rows", { maxBatchRows: 2 }],
    ["bytes", { maxBatchBytes: 2 * '[1,"text 1"]\n'.length }],
  ] as const)
    it(`keeps a batch within its bound of ${bound}, unless one call passes it`, async () => {
      const gate = Promise.withResolvers<void>();
      const { client, inserts } = scripted(() => gate.promise);
      const appender = create(client, more);
      const calls = [[1], [2], [3], [4, 5, 6], [7]].map((seqs) => appender.append(seqs.map(row)));
      gate.resolve();
      await Promise.all(calls);
      const sizes = inserts.map((insert) => bodyOf(insert).trim().split("\n").length);
      assert.deepEqual(sizes, [1, 2, 3, 1]);
    });

  it("has no more inserts on their way than it may", async () => {
    const gate = Promise.withResolvers<void>();
    const { client, inserts } = scripted(() => gate.promise);
    const appender = create(client, { inFlight: 2 });
    const calls = [1, 2, 3, 4].map((seq) => appender.append([row(seq)]));
    assert.equal(inserts.length, 2);
    gate.resolve();
    await Promise.all(calls);
    assert.equal(inserts.length, 3);
  });

  it("refuses a call beyond its bound, and takes it once there is room", async () => {
    const gate = Promise.withResolvers<void>();
    const { client } = scripted(() => gate.promise);
    const appender = create(client, { maxQueuedBytes: 30 });
    const first = appender.append([row(1)]);
    const second = appender.append([row(2)]);
    assert.equal(appender.queuedBytes, 26);
    await assert.rejects(appender.append([row(3)]), { name: "AppenderFull" });
    await assert.rejects(appender.append([row(4), row(5), row(6)]), RangeError);
    gate.resolve();
    await Promise.all([first, second]);
    assert.equal(appender.queuedBytes, 0);
    await appender.append([row(3)]);
  });

  it("writes only what is missing after an insert with unknown outcome", async () => {
    const { client, inserts } = scripted(async (_, n) => {
      if (n === 1) throw new EngineUnavailable("gone");
    });
    const appender = create(client, { missing: async (rows) => rows.filter(({ seq }) => seq === 2) });
    await appender.append([row(1), row(2), row(3)]);
    assert.deepEqual(inserts.map(bodyOf), ['[1,"text 1"]\n[2,"text 2"]\n[3,"text 3"]\n', '[2,"text 2"]\n']);
  });

  it("takes an insert for done when nothing is missing", async () => {
    const { client, inserts } = scripted(() => Promise.reject(new EngineUnavailable("gone")));
    await create(client, { missing: async () => [] }).append([row(1)]);
    assert.equal(inserts.length, 1);
  });

  it("asks what is missing until it is told", async () => {
    const { client } = scripted(async (_, n) => {
      if (n === 1) throw new EngineUnavailable("gone");
    });
    let asked = 0;
    const missing = async (rows: readonly Row[]) => {
      asked += 1;
      if (asked < 3) throw new EngineUnavailable("still gone");
      return [...rows];
    };
    await create(client, { missing }).append([row(1)]);
    assert.equal(asked, 3);
  });

  it("says that the outcome is unknown when the time is over", async () => {
    const { client } = scripted(() => Promise.reject(new EngineUnavailable("gone")));
    const missing = () => Promise.reject(new EngineUnavailable("still gone"));
    await assert.rejects(create(client, { missing, recoverMs: 1 }).append([row(1)]), { name: "OutcomeUnknown" });
  });

  it("hands on the engine's refusal when nothing was written, and finishes what was written in part", async () => {
    const full = engineError({ code: 243, codeName: "NOT_ENOUGH_SPACE", text: "disk full" });
    const nothing = scripted(() => Promise.reject(full));
    await assert.rejects(create(nothing.client).append([row(1)]), full);
    assert.equal(nothing.inserts.length, 1);
    const part = scripted(async (_, n) => {
      if (n === 1) throw full;
    });
    await create(part.client, { missing: async (rows) => rows.slice(1) }).append([row(1), row(2)]);
    assert.equal(bodyOf(part.inserts[1]), '[2,"text 2"]\n');
  });

  it("settles what it took before it is closed, and takes nothing more", async () => {
    const { client, inserts } = scripted(() => delay(1));
    const appender = create(client);
    const calls = [1, 2].map((seq) => appender.append([row(seq)]));
    await appender.close();
    await Promise.all(calls);
    assert.equal(inserts.length, 2);
    await assert.rejects(appender.append([row(3)]), EngineUnavailable);
  });
});
