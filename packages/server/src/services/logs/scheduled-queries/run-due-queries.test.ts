import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { runDueQueries } from "./run-due-queries.ts";
import { dueChanges, type ScheduledQuery, scheduledQueryRef } from "./scheduled-query.ts";
import { listRuns, outcomeOf, removeOldRuns } from "./scheduled-query-run.ts";

const scope = { account: "111122223333", region: "eu-west-1" };
const NOON = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;
const signal = new AbortController().signal;

/** A scheduled query of every five minutes, first due five minutes past noon, and what was started for it. */
async function scheduled(t: TestContext, settings: Partial<ScheduledQuery> = {}) {
  const clock = virtualClock(NOON);
  const state = openSqliteState(":memory:", clock.now);
  t.after(() => state.close());
  const document: ScheduledQuery = {
    id: "id",
    queryString: "stats count()",
    logGroupIdentifiers: ["g"],
    scheduleExpression: "rate(5 minutes)",
    startTimeOffset: 300,
    executionRoleArn: "arn:aws:iam::111122223333:role/r",
    state: "ENABLED",
    tags: {},
    creationTime: NOON,
    lastUpdatedTime: NOON,
    nextTime: NOON + 5 * MINUTE,
    ...settings,
  };
  await state.commit({
    cause: { action: "test" },
    changes: [
      { put: scheduledQueryRef(scope, "q"), document, expect: "absent" },
      ...dueChanges(scope, "q", undefined, document.nextTime),
    ],
  });
  const started: string[] = [];
  let refusal: Error | undefined;
  const run = async () => {
    const from = started.length;
    await runDueQueries(
      {
        state,
        clock,
        log: () => {},
        async start(_scope, _query, { startTime, endTime }) {
          if (refusal !== undefined) throw refusal;
          const time = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(11, 19);
          started.push(`${time(startTime)} to ${time(endTime)}`);
          return `query-${started.length}`;
        },
      },
      signal,
    );
    return started.slice(from);
  };
  return {
    clock,
    state,
    run,
    runs: () => listRuns(state, "id", { limit: 100 }).map(({ document: found }) => found),
    refuse: (error: Error | undefined) => {
      refusal = error;
    },
  };
}

test("a query runs when its time has come, over the range before it, and not again", async (t) => {
  const { clock, run, runs } = await scheduled(t);
  assert.deepEqual(await run(), []);
  await clock.advance(5 * MINUTE - 1);
  assert.deepEqual(await run(), []);
  await clock.advance(1);
  assert.deepEqual(await run(), ["12:00:00 to 12:04:59"]);
  assert.deepEqual(await run(), []);
  await clock.advance(5 * MINUTE + 3_000);
  assert.deepEqual(await run(), ["12:05:00 to 12:09:59"]);
  assert.deepEqual(runs(), [
    { triggeredTimestamp: NOON + 10 * MINUTE, queryId: "query-2" },
    { triggeredTimestamp: NOON + 5 * MINUTE, queryId: "query-1" },
  ]);
});

test("of the times that passed meanwhile only the last is run", async (t) => {
  const { clock, run } = await scheduled(t);
  await clock.advance(24 * 60 * MINUTE + 4 * MINUTE);
  assert.deepEqual(await run(), ["11:55:00 to 11:59:59"]);
  await clock.advance(1 * MINUTE);
  assert.deepEqual(await run(), ["12:00:00 to 12:04:59"]);
});

test("a query whose end has passed runs no more", async (t) => {
  const { clock, state, run } = await scheduled(t, { scheduleEndTime: NOON + 6 * MINUTE });
  await clock.advance(5 * MINUTE);
  assert.equal((await run()).length, 1);
  await clock.advance(5 * MINUTE);
  assert.deepEqual(await run(), []);
  assert.equal(state.get<ScheduledQuery>(scheduledQueryRef(scope, "q"))?.document.nextTime, undefined);
});

test("a run that is refused is kept with its reason, and the next one tries again", async (t) => {
  const { clock, state, run, runs, refuse } = await scheduled(t);
  const malformed = new Error("unexpected symbol");
  malformed.name = "MalformedQueryException";
  for (const error of [malformed, new Error("no such group"), undefined]) {
    refuse(error);
    await clock.advance(5 * MINUTE);
    await run();
  }
  assert.deepEqual(
    runs().map((found) => outcomeOf(state, scope, found, clock.now()).status),
    // The last one's query is none that the store knows.
    ["Failed", "Failed", "InvalidQuery"],
  );
  assert.deepEqual(
    runs().map(({ refused, queryId }) => refused?.message ?? queryId),
    ["query-1", "no such group", "unexpected symbol"],
  );
});

test("a run that was cut off before its query started has failed", async (t) => {
  const { clock, state } = await scheduled(t);
  const run = { triggeredTimestamp: NOON };
  assert.equal(outcomeOf(state, scope, run, clock.now()).status, "Running");
  await clock.advance(MINUTE);
  assert.equal(outcomeOf(state, scope, run, clock.now()).status, "Failed");
});

test("runs are kept for seven days", async (t) => {
  const { clock, state, run, runs } = await scheduled(t);
  await clock.advance(5 * MINUTE);
  await run();
  const week = 7 * 24 * 60 * MINUTE;
  await removeOldRuns({ state, nowMs: NOON + 5 * MINUTE + week }, signal);
  assert.equal(runs().length, 1);
  await removeOldRuns({ state, nowMs: NOON + 5 * MINUTE + week + 1 }, signal);
  assert.equal(runs().length, 0);
});
