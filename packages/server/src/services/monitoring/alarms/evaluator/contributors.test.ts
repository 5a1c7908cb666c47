import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { HISTORY_KIND, type HistoryItem } from "../history/history-item.ts";
import { type MuteRule, muteRuleRef } from "../mute-rules/mute-rule.ts";
import { alarmLife, SCOPE } from "../scenarios/alarm-life.ts";
import { metricAlarm } from "../scenarios/test-alarms.ts";

const START = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;

/** An alarm on the hosts whose load is above 10, and what is told of it. */
async function fleet(t: TestContext) {
  const life = await alarmLife({ startMs: START });
  t.after(() => life.close());
  const alarm = metricAlarm("fleet", START, "OK", {
    metric: undefined,
    queries: [{ Id: "q", Expression: "SELECT MAX(load) FROM SCHEMA(Fleet, Host) GROUP BY Host", Period: 60 }],
    treatMissingData: "ignore",
  });
  let minute = 0;
  const { told, state, book, clock } = life;
  return {
    ...life,
    put: () => life.put("fleet", alarm),
    /** A minute with the load of each host, and then its evaluation. */
    async minute(loads: Readonly<Record<string, number>>) {
      await life.advanceTo(START + minute * MINUTE + 30_000);
      for (const [Host, load] of Object.entries(loads))
        life.metrics.put({ ...SCOPE, namespace: "Fleet", metric: "load", dimensions: { Host } }, clock.now(), load);
      minute += 1;
      await life.advanceTo(START + (minute + 1) * MINUTE - 1);
      minute += 1;
    },
    /** `STATE host` for each message so far. */
    messages: () =>
      told.map(({ message }) => {
        const { NewStateValue, AlarmContributorAttributes } = JSON.parse(message);
        return `${NewStateValue} ${AlarmContributorAttributes?.Host ?? "-"}`;
      }),
    inAlarm() {
      const found = book.get(SCOPE, "fleet");
      assert.equal(found?.type, "MetricAlarm");
      return Object.values(found.contributors ?? {}).map(({ attributes }) => attributes.Host);
    },
    stateOf: () => book.get(SCOPE, "fleet")?.condition,
    history: (itemType: string) =>
      state
        .list<HistoryItem>({ kind: HISTORY_KIND, ...SCOPE, prefix: "fleet\u0001" })
        .filter(({ document }) => document.itemType === itemType)
        .map(({ document }) => `${document.summary} ${document.contributor?.attributes.Host ?? "-"}`),
  };
}

test("each series of a query that groups is told of by itself, once", async (t) => {
  const { put, minute, messages, inAlarm, stateOf, history } = await fleet(t);
  await put();
  await minute({ a: 1, b: 1 });
  await minute({ a: 50, b: 1 });
  assert.deepEqual([messages(), inAlarm(), stateOf()?.value], [["ALARM a"], ["a"], "ALARM"]);
  assert.equal(stateOf()?.reason, "1 out of 2 time series evaluated to ALARM");
  await minute({ a: 50, b: 50 });
  await minute({ a: 50, b: 50 });
  assert.deepEqual(
    [messages(), inAlarm()],
    [
      ["ALARM a", "ALARM b"],
      ["a", "b"],
    ],
  );
  await minute({ a: 1, b: 50 });
  assert.deepEqual([messages().slice(2), inAlarm(), stateOf()?.value], [["OK a"], ["b"], "ALARM"]);
  await minute({ a: 1, b: 1 });
  assert.deepEqual([messages().slice(3), inAlarm(), stateOf()?.value], [["OK b"], [], "OK"]);
  assert.deepEqual(history("AlarmContributorStateUpdate"), [
    "Alarm contributor updated from OK to ALARM a",
    "Alarm contributor updated from OK to ALARM b",
    "Alarm contributor updated from ALARM to OK a",
    "Alarm contributor updated from ALARM to OK b",
  ]);
  assert.equal(history("AlarmContributorAction").length, 4);
  assert.deepEqual(history("StateUpdate"), ["Alarm updated from OK to ALARM -", "Alarm updated from ALARM to OK -"]);
});

test("a series that comes no more is OK", async (t) => {
  const { put, minute, messages, inAlarm } = await fleet(t);
  await put();
  await minute({ a: 50, b: 1 });
  // The range of the evaluation reaches three minutes back, and the query leaves out groups without any value in it.
  for (let times = 0; times < 3; times++) await minute({ b: 1 });
  assert.deepEqual([messages(), inAlarm()], [["ALARM a", "OK a"], []]);
});

test("after a restart nobody is told again", async (t) => {
  const { put, minute, messages, inAlarm, state, clock, metrics } = await fleet(t);
  await put();
  await minute({ a: 50, b: 1 });
  assert.deepEqual(messages(), ["ALARM a"]);
  const again = await alarmLife({ startMs: clock.now(), state, clock, ...metrics });
  t.after(() => again.evaluator.close());
  const before = again.evaluator.figures().evaluations;
  await again.advanceTo(clock.now() + MINUTE);
  assert.ok(again.evaluator.figures().evaluations > before);
  assert.deepEqual([again.told, inAlarm()], [[], ["a"]]);
});

test("series that went into ALARM while a mute rule held are told of when it ends", async (t) => {
  const { put, minute, messages, state } = await fleet(t);
  const rule: MuteRule = {
    expression: "at(2026-11-20T12:02)",
    duration: "PT3M",
    alarmNames: ["fleet"],
    tags: {},
    updatedAt: START,
  };
  await state.commit({
    cause: { action: "test" },
    changes: [{ put: muteRuleRef(SCOPE, "r"), document: rule, expect: "absent" }],
  });
  await put();
  await minute({ a: 1, b: 1 });
  await minute({ a: 50, b: 50 });
  assert.deepEqual(messages(), []);
  await minute({ a: 50, b: 50 });
  assert.deepEqual(messages().sort(), ["ALARM a", "ALARM b"]);
});
