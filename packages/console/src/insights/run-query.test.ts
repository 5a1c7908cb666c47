import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchRest, type QueryAnswer, type QueryCalls, type QueryRequest, type Run, runQuery } from "./run-query.ts";

const REQUEST: QueryRequest = {
  queryString: "fields a",
  logGroupNames: ["g"],
  startTime: 0,
  endTime: 1,
  limit: undefined,
};
const statistics = (recordsScanned: number) => ({
  recordsMatched: 0,
  recordsScanned,
  bytesScanned: 0,
  logGroupsScanned: 1,
  estimatedRecordsSkipped: 0,
  estimatedBytesSkipped: 0,
});

/** A server that runs through the answers of GetQueryResults; rows are numbered. */
function server(options: {
  readonly running?: number;
  readonly rows: number;
  readonly rowLength?: number;
  readonly status?: string;
  /** Answers of GetQueryResults that do not come before one does. */
  readonly lost?: number;
}) {
  let asked = 0;
  let clock = 0;
  let lost = options.lost ?? 0;
  const told: string[] = [];
  const row = (n: number) => [{ field: "a", value: String(n).padStart(options.rowLength ?? 1, "0") }];
  const calls: QueryCalls = {
    async start() {
      told.push("start");
      return "q1";
    },
    async results(queryId, { maxItems, nextToken }, signal): Promise<QueryAnswer> {
      signal.throwIfAborted();
      assert.equal(queryId, "q1");
      if (lost-- > 0) throw new Error("no answer");
      clock += 10;
      if (asked++ < (options.running ?? 0)) {
        return { status: "Running", results: [row(asked)], statistics: statistics(asked), nextToken: undefined };
      }
      const from = Number(nextToken ?? 0);
      const to = Math.min(options.rows, from + maxItems);
      told.push(`rows ${from}-${to}`);
      return {
        status: options.status ?? "Complete",
        results: Array.from({ length: to - from }, (_, n) => row(from + n)),
        statistics: statistics(100),
        nextToken: to < options.rows ? String(to) : undefined,
      };
    },
    async stop(queryId) {
      told.push(`stop ${queryId}`);
    },
    async wait(ms, signal) {
      signal.throwIfAborted();
      clock += ms;
    },
    isTransient: (error) => error instanceof Error && error.message === "no answer",
    now: () => clock,
  };
  return { calls, told };
}

const never = new AbortController().signal;

test("a query is asked for until it has ended, and every state is told", async () => {
  const { calls, told } = server({ running: 2, rows: 3 });
  const states: Run[] = [];
  const run = await runQuery(calls, REQUEST, ["a"], (each) => states.push(each), never);
  assert.deepEqual(
    states.map((each) => [each.status, each.result.rows.length, each.preliminary, each.statistics.recordsScanned]),
    [
      ["starting", 0, false, 0],
      ["Running", 0, false, 0],
      ["Running", 1, true, 1],
      ["Running", 1, true, 2],
      ["Complete", 3, false, 100],
    ],
  );
  assert.deepEqual(told, ["start", "rows 0-3"]);
  assert.equal(run.elapsedMs, 180);
});

test("all pages of a long result are fetched", async () => {
  const { calls, told } = server({ rows: 25_000 });
  const states: Run[] = [];
  await runQuery(calls, REQUEST, ["a"], (each) => states.push(each), never);
  assert.deepEqual(told, ["start", "rows 0-1000", "rows 1000-11000", "rows 11000-21000", "rows 21000-25000"]);
  const last = states.at(-1);
  assert.deepEqual([last?.status, last?.result.rows.length, last?.rest], ["Complete", 25_000, undefined]);
  assert.equal(last?.result.rows[24_999]?.values[0], "24999");
});

test("rows that would fill the memory stay with the server until they are asked for", async () => {
  const { calls, told } = server({ rows: 3_000, rowLength: 40_000 });
  const states: Run[] = [];
  await runQuery(calls, REQUEST, ["a"], (each) => states.push(each), never);
  const last = states.at(-1);
  assert.ok(last !== undefined);
  assert.deepEqual([last.status, last.result.rows.length, last.rest], ["Complete", 1_600, "1600"]);
  assert.equal(told[2], "rows 1000-1100");
  await fetchRest(calls, last, (each) => states.push(each), never);
  const whole = states.at(-1);
  assert.deepEqual([whole?.status, whole?.result.rows.length, whole?.rest], ["Complete", 3_000, undefined]);
});

test("a query that nobody waits for any more is stopped", async () => {
  const { calls, told } = server({ running: 1_000, rows: 0 });
  const stop = new AbortController();
  const states: Run[] = [];
  const run = runQuery(
    calls,
    REQUEST,
    [],
    (each) => {
      states.push(each);
      if (states.length === 4) stop.abort();
    },
    stop.signal,
  );
  await assert.rejects(run, { name: "AbortError" });
  assert.deepEqual(told, ["start", "stop q1"]);
});

test("answers that do not come are asked for again, for a while", async () => {
  const run = await runQuery(server({ rows: 2, lost: 4 }).calls, REQUEST, ["a"], () => {}, never);
  assert.deepEqual([run.status, run.result.rows.length], ["Complete", 2]);
  await assert.rejects(
    runQuery(server({ rows: 2, lost: 5 }).calls, REQUEST, ["a"], () => {}, never),
    /no answer/,
  );
});

test("a query that ended badly keeps the rows it has", async () => {
  const { calls } = server({ running: 1, rows: 2, status: "Timeout" });
  const run = await runQuery(calls, REQUEST, ["a"], () => {}, never);
  assert.deepEqual([run.status, run.result.rows.length], ["Timeout", 2]);
});
