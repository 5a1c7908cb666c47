import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { NotDelivered } from "../../../../platform/notifications/notification.ts";
import { openSqliteState } from "../../../../platform/state/sqlite-state.ts";
import type { State } from "../../../../platform/state/state.ts";
import { HISTORY_KIND, type HistoryItem } from "../history/history-item.ts";
import { type MuteRule, muteRuleRef } from "../mute-rules/mute-rule.ts";
import { alarmLife, type LifeOptions, SCOPE } from "../scenarios/alarm-life.ts";
import { metricAlarm } from "../scenarios/test-alarms.ts";

const START = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function life(t: TestContext, options: Partial<LifeOptions> = {}) {
  const made = await alarmLife({ startMs: START, ...options });
  t.after(() => made.close());
  const address = (name: string) => ({ ...SCOPE, namespace: "Life", metric: name, dimensions: {} });
  return {
    ...made,
    value: (name: string, value: number, at = made.clock.now()) => made.metrics.put(address(name), at, value),
    stateOf: (name: string) => made.book.get(SCOPE, name)?.condition.value,
    subjects: () => made.told.map(({ subject }) => subject),
    history: (name: string) =>
      made.state
        .list<HistoryItem>({ kind: HISTORY_KIND, ...SCOPE, prefix: `${name}\u0001` })
        .map(({ document }) => document.summary),
  };
}

test("a value that can't be undone alarms at once; others wait for the end of their minute", async (t) => {
  const { put, advanceTo, value, stateOf } = await life(t);
  const average = metricAlarm("average", START);
  await put("sum", metricAlarm("sum", START));
  await put("average", {
    ...average,
    settings: {
      ...average.settings,
      metric: { namespace: "Life", name: "average", dimensions: [], statistic: "Average", period: 60 },
    },
  });
  await advanceTo(START + 5 * MINUTE + 20_000);
  value("sum", 50);
  value("average", 50);
  await advanceTo(START + 5 * MINUTE + 21_000);
  assert.deepEqual([stateOf("sum"), stateOf("average")], ["ALARM", "OK"]);
  await advanceTo(START + 6 * MINUTE + 2_000);
  assert.equal(stateOf("average"), "ALARM");
});

test("an alarm that came before its minute was over is not taken back by looking at the minutes before", async (t) => {
  const { put, advanceTo, value, stateOf, subjects } = await life(t);
  await put("a", metricAlarm("a", START));
  for (let minute = 0; minute < 3; minute++) {
    await advanceTo(START + minute * MINUTE + 1_000);
    value("a", 1);
  }
  await advanceTo(START + 3 * MINUTE + 1_000);
  value("a", 50);
  for (let second = 2; second < 120; second++) {
    await advanceTo(START + 3 * MINUTE + second * 1_000);
    assert.equal(stateOf("a"), "ALARM", `after ${second} s`);
  }
  assert.deepEqual(subjects(), ['ALARM: "a" in EU (Ireland)']);
});

test("a value that comes at the very turn of its alarm is looked at as soon as any other", async (t) => {
  const { put, advanceTo, value, stateOf, evaluator, clock, runDue } = await life(t);
  await put("a", metricAlarm("a", START));
  await advanceTo(START + 5 * MINUTE);
  const turn = evaluator.nextDueMs() ?? 0;
  await clock.advance(turn - clock.now());
  value("a", 50);
  await runDue();
  await advanceTo(turn + 1_000);
  assert.equal(stateOf("a"), "ALARM");
});

test("every alarm has its turn once a minute, however unevenly the evaluator is called", async (t) => {
  const { put, clock, evaluator, runDue } = await life(t);
  const alarms = 600;
  for (let index = 0; index < alarms; index++) await put(`a${index}`, metricAlarm(`a${index}`, START));
  const pauses = [250, 1_700, 3, 997, 1_000, 4_321, 249, 60, 12_000];
  const liveTo = async (end: number) => {
    for (let step = 0; clock.now() < end; step++) {
      await clock.advance(Math.min(pauses[step % pauses.length] ?? 0, end - clock.now()));
      await runDue();
    }
  };
  await liveTo(START + 2 * MINUTE);
  const before = evaluator.figures().evaluations;
  await liveTo(START + 32 * MINUTE);
  assert.equal(evaluator.figures().evaluations - before, 30 * alarms);
});

test("a change that could not be written is written a little later, and holds up no other", async (t) => {
  const state = openSqliteState(":memory:", () => START);
  let failures = 1;
  const failing: State = {
    ...state,
    async commit(request) {
      if (request.cause.action === "job:alarm-evaluation" && failures-- > 0) throw new Error("the disk is full");
      return state.commit(request);
    },
  };
  const { put, advanceTo, value, stateOf, refusals } = await life(t, { state: failing });
  await put("a", metricAlarm("a", START));
  await put("b", metricAlarm("b", START));
  await advanceTo(START + 5 * MINUTE + 20_000);
  value("a", 50);
  value("b", 50);
  refusals.error = new Error("the log may tell of an error");
  await advanceTo(START + 5 * MINUTE + 21_000);
  assert.deepEqual([stateOf("a"), stateOf("b")], ["OK", "ALARM"]);
  await advanceTo(START + 5 * MINUTE + 30_000);
  assert.equal(stateOf("a"), "ALARM");
});

test("a late value is looked at soon after it came", async (t) => {
  const { put, advanceTo, value, clock, told } = await life(t);
  await put("a", metricAlarm("a", START));
  await advanceTo(START + 10 * MINUTE + 59_000);
  const came = clock.now();
  value("a", 50, came - MINUTE);
  await advanceTo(came + 1_000);
  assert.ok(told[0] !== undefined && told[0].at - came <= 1_000);
});

test("an alarm for which nothing comes reads nothing", async (t) => {
  const { put, advanceTo, value, metrics, evaluator } = await life(t);
  for (let index = 0; index < 50; index++) await put(`a${index}`, metricAlarm(`a${index}`, START));
  // Values may be stamped two hours ahead, so only after that silence is known to be silence.
  await advanceTo(START + 3 * HOUR);
  const before = { ...metrics.figures };
  await advanceTo(START + 4 * HOUR);
  assert.deepEqual(metrics.figures, before);
  value("a7", 1);
  await advanceTo(START + 4 * HOUR + 2 * MINUTE);
  assert.equal(metrics.figures.queries - before.queries, 1);
  assert.ok(evaluator.figures().evaluations > 50 * 200);
});

test("a day of silence, storms and repairs: each change is told once, in its order", async (t) => {
  const { put, advanceTo, value, subjects } = await life(t);
  await put("a", metricAlarm("a", START, "OK", { treatMissingData: "notBreaching" }));
  const expected: string[] = [];
  for (let hour = 0; hour < 24; hour++) {
    await advanceTo(START + hour * HOUR);
    for (let burst = 0; burst < 5; burst++) {
      value("a", 100);
      await advanceTo(START + hour * HOUR + (burst + 1) * MINUTE);
    }
    expected.push("ALARM", "OK");
  }
  await advanceTo(START + 25 * HOUR);
  assert.deepEqual(
    subjects().map((subject) => subject.split(":")[0]),
    expected,
  );
});

test("a week of alarm life", async (t) => {
  const { put, advanceTo, value, subjects, metrics, evaluator } = await life(t);
  value("a", 1, START - MINUTE);
  await put("a", metricAlarm("a", START, "OK", { treatMissingData: "missing" }));
  // The metric breaches for ten minutes once a day.
  for (let minute = 0; minute < 7 * 1_440; minute++) {
    await advanceTo(START + minute * MINUTE);
    const since = (minute % 1_440) - 300;
    value("a", since >= 0 && since < 10 ? 50 : 1);
    if (minute % 60 === 0) metrics.forget(START + (minute - 10) * MINUTE);
  }
  assert.deepEqual(
    subjects().map((subject) => subject.split(":")[0]),
    Array.from({ length: 7 }, () => ["ALARM", "OK"]).flat(),
  );
  assert.ok(evaluator.figures().evaluations >= 7 * 1_440 - 2);
});

test("a mute rule holds actions back, and runs those of the state that is still there when it ends", async (t) => {
  const { put, state, advanceTo, value, told, book } = await life(t);
  const rule: MuteRule = {
    expression: "at(2026-11-20T12:10)",
    duration: "PT1H",
    alarmNames: ["a", "b"],
    tags: {},
    updatedAt: START,
  };
  await state.commit({
    cause: { action: "test" },
    changes: [{ put: muteRuleRef(SCOPE, "r"), document: rule, expect: "absent" }],
  });
  await put("a", metricAlarm("a", START));
  await put("b", metricAlarm("b", START));
  await advanceTo(START + 20 * MINUTE + 1_000);
  value("a", 50);
  value("b", 50);
  await advanceTo(START + 22 * MINUTE + 1_000);
  value("b", 1);
  await advanceTo(START + 25 * MINUTE);
  assert.equal(told.length, 0);
  assert.equal(book.muted().length, 2);
  await advanceTo(START + 75 * MINUTE);
  assert.deepEqual(
    told.map(({ subject }) => subject),
    ['ALARM: "a" in EU (Ireland)'],
  );
  const { OldStateValue, ActionExecutedAfterMuteWindow } = JSON.parse(told[0]?.message ?? "");
  assert.deepEqual([OldStateValue, ActionExecutedAfterMuteWindow], ["ALARM", true]);
  assert.deepEqual(book.muted(), []);
});

test("an action that fails is tried again, and one that can't be done is in the history", async (t) => {
  const { put, advanceTo, value, told, refusals, history, clock, deliver } = await life(t);
  await put("a", metricAlarm("a", START));
  refusals.error = new Error("no connection");
  await advanceTo(START + 5 * MINUTE + 1_000);
  value("a", 50);
  await advanceTo(clock.now() + 500);
  assert.deepEqual(history("a"), ["Alarm updated from OK to ALARM"]);
  refusals.error = undefined;
  await clock.advance(2_000);
  await deliver();
  assert.equal(told.length, 1);
  assert.deepEqual(history("a").slice(1), ["Successfully executed action arn:aws:sns:eu-west-1:111122223333:t"]);

  refusals.error = new NotDelivered("Topic does not exist", { final: true });
  await advanceTo(START + 7 * MINUTE + 1_000);
  value("a", 1);
  await advanceTo(START + 8 * MINUTE + 30_000);
  assert.equal(
    history("a").at(-1),
    'Failed to execute action arn:aws:sns:eu-west-1:111122223333:t. Received error: "Topic does not exist"',
  );
});

test("after about an hour of failures an action is given up", async (t) => {
  const { put, advanceTo, value, refusals, history, clock, deliver, state } = await life(t);
  await put("a", metricAlarm("a", START));
  refusals.error = new Error("no connection");
  await advanceTo(START + 5 * MINUTE + 1_000);
  value("a", 50);
  await advanceTo(clock.now() + 500);
  let minutes = 0;
  for (; state.undelivered("monitoring.alarm-actions", 1).length === 0; minutes++) {
    await clock.advance(MINUTE);
    await deliver();
  }
  assert.ok(minutes > 45 && minutes < 90, `${minutes} minutes`);
  assert.match(history("a").at(-1) ?? "", /^Failed to execute action .* Received error: "no connection"$/);
});
