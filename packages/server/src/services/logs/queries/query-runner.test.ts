import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Engine, migrate, startEngine } from "@nephoscope/engine";
import type { CompiledQuery } from "@nephoscope/languages";
import { systemClock } from "../../../platform/clock/clock.ts";
import { directoryObjects } from "../../../platform/objects/directory-objects.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import type { State } from "../../../platform/state/state.ts";
import type { ExecutableQuery } from "./query-execution.ts";
import { findQuery } from "./query-record.ts";
import { createQueryRunner, type QueryRequest, type QueryRunnerOptions } from "./query-runner.ts";

const SCOPE = { account: "123456789012", region: "us-east-1" };

let directory: string;
let engine: Engine;
let state: State;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "query-runner-"));
  engine = await startEngine({ dataDir: join(directory, "engine"), database: "nephoscope", log: () => {} });
  await migrate({ client: engine.client, database: "nephoscope" });
  state = openSqliteState(join(directory, "state.db"), () => Date.now());
});

after(async () => {
  await engine.close();
  state.close();
  await rm(directory, { recursive: true });
});

/** No group of these tests has a key. */
const NO_KEYS = {
  encrypt: () => Promise.reject(new Error("there are no keys")),
  decrypt: () => Promise.reject(new Error("there are no keys")),
};

const open = (options: Partial<QueryRunnerOptions> = {}) =>
  createQueryRunner({
    state,
    engine,
    objects: directoryObjects(join(directory, "objects")),
    keys: NO_KEYS,
    clock: systemClock(),
    log: () => {},
    ...options,
  });

const compiled = (sql: string): CompiledQuery => ({
  sql,
  params: {},
  columns: [{ name: "n", kind: "number", index: 0 }],
  rawEvents: false,
  pointer: undefined,
  discovered: [],
  matched: { sql: "SELECT 0", everything: true, rowsBelow: undefined, column: undefined, noneWithoutRows: true },
});

/** Ends by itself only after hours. */
const ENDLESS = compiled("SELECT sum(cityHash64(number)) FROM numbers(1000000000000000)");

const request = (query: Partial<ExecutableQuery> = {}): QueryRequest => ({
  scope: SCOPE,
  query: {
    compiled: ENDLESS,
    compileFor: () => compiled("SELECT 41"),
    newestFirst: false,
    range: { startTimeMs: 0, endTimeMs: 86_400_000 },
    limit: 10,
    inRange: [{ sql: "group_id = 1", params: {} }],
    tables: ["events"],
    logGroups: 1,
    onRead: () => {},
    ...query,
  },
  record: { queryString: "q", logGroupNames: ["g"], startTime: 0, endTime: 1, limit: undefined, userIdentity: "me" },
});

/** Asks until there is an answer; the test runner's own limit ends what never comes. */
async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(5);
  }
}

const started = async (runner: ReturnType<typeof open>, what?: Partial<ExecutableQuery>) => {
  const id = await runner.start(request(what));
  assert.ok(id !== undefined);
  return id;
};

const statusOf = (id: string) => findQuery(state, SCOPE, id)?.document.status;

const runsInEngine = async (id: string) => (await engine.client.progress(id)) !== undefined;

test("a query that takes long shows the rows of an end of its range, until its own come", async () => {
  const runner = open();
  const parts: number[] = [];
  const id = await started(runner, {
    compileFor: ({ startTimeMs, endTimeMs }) => {
      parts.push(endTimeMs - startTimeMs);
      return compiled(`SELECT ${parts.length}`);
    },
  });
  const shown = await until(async () => {
    const rows = (await runner.progress(id))?.rows ?? [];
    return rows[0]?.[0]?.value === "4" ? rows : undefined;
  });
  assert.deepEqual(shown, [[{ field: "n", value: "4" }]]);
  assert.deepEqual(parts, [60_000, 480_000, 3_840_000, 30_720_000]);
  await runner.stop(id);
  assert.equal(findQuery(state, SCOPE, id)?.document.pages.length, 0);
});

test("a query that gives its newest events first shows its own rows only", async () => {
  const runner = open();
  const range = { startTimeMs: 0, endTimeMs: 86_400_000 };
  const parts = [compiled("SELECT 1"), ENDLESS];
  const id = await started(runner, { newestFirst: true, range, compileFor: () => parts.shift() ?? ENDLESS });
  const rows = await until(async () => {
    const found = (await runner.progress(id))?.rows ?? [];
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(rows, [[{ field: "n", value: "1" }]]);
  await runner.stop(id);
});

test("a stopped query is cancelled, and the engine works on it no more", async () => {
  const runner = open();
  const id = await started(runner);
  await until(async () => ((await runsInEngine(id)) ? true : undefined));
  assert.equal(statusOf(id), "Running");
  assert.equal(await runner.stop(id), true);
  assert.equal(statusOf(id), "Cancelled");
  await until(async () => ((await runsInEngine(id)) ? undefined : true));
  assert.equal(await runner.stop(id), false);
  assert.equal(await runner.progress(id), undefined);
});

test("a query that runs too long ends as timed out, and the engine works on it no more", async () => {
  const runner = open({ maxRunMs: 50 });
  const id = await started(runner);
  const status = await until(() => (statusOf(id) === "Running" ? undefined : statusOf(id)));
  assert.equal(status, "Timeout");
  await until(async () => ((await runsInEngine(id)) ? undefined : true));
});

test("no more queries run at once than allowed; each that ends makes room for one", async () => {
  const runner = open({ maxConcurrent: 2 });
  const first = await started(runner);
  const second = await started(runner);
  assert.equal(await runner.start(request()), undefined);
  await runner.stop(first);
  const third = await started(runner);
  assert.equal(await runner.start(request()), undefined);
  await runner.close();
  assert.deepEqual([second, third].map(statusOf), ["Cancelled", "Cancelled"]);
});

test("a query that the engine refuses has failed, and says why", async () => {
  const runner = open();
  const id = await started(runner, { compiled: compiled("SELECT no_such_column FROM events") });
  await until(() => (statusOf(id) === "Running" ? undefined : true));
  assert.equal(statusOf(id), "Failed");
  assert.match(findQuery(state, SCOPE, id)?.document.failure ?? "", /no_such_column/);
});
