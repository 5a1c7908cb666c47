import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { alarmLife, SCOPE } from "../scenarios/alarm-life.ts";
import { compositeAlarm, metricAlarm } from "../scenarios/test-alarms.ts";
import { changeCondition } from "../transition.ts";

const START = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;

async function life(t: TestContext) {
  const made = await alarmLife({ startMs: START });
  t.after(() => made.close());
  for (const name of ["a", "b", "s"]) await made.put(name, metricAlarm(name, START));
  /** As SetAlarmState does. */
  const set = async (name: string, value: "OK" | "ALARM") => {
    const resource = made.book.resource(SCOPE, name);
    assert.ok(resource);
    const parts = changeCondition(made.tools, resource, { value, reason: "set" }, made.clock.now());
    await made.state.commit({ cause: { action: "test" }, ...parts });
    await made.settler.settled();
    await made.deliver();
  };
  /** The composite's state with what suppresses it, and what was told of it so far. */
  const seen = (name = "c") => {
    const alarm = made.book.get(SCOPE, name);
    assert.equal(alarm?.type, "CompositeAlarm");
    const told = made.told
      .filter(({ subject }) => subject.includes(`"${name}"`))
      .map(({ subject }) => subject.split(":")[0]);
    return `${alarm.condition.value} ${alarm.suppression?.by ?? "-"} [${told.join(" ")}]`;
  };
  return { ...made, set, seen, pass: (ms: number) => made.advanceTo(made.clock.now() + ms) };
}

test("a composite alarm follows its children", async (t) => {
  const { put, set, seen, book } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a) AND NOT ALARM(b)", START));
  assert.equal(
    book.get(SCOPE, "c")?.condition.reason,
    "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:c was created and its alarm rule evaluates to OK",
  );
  await set("a", "ALARM");
  assert.equal(
    book.get(SCOPE, "c")?.condition.reason,
    "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a transitioned to ALARM at Friday 20 November, 2026 12:00:00 UTC",
  );
  assert.equal(
    book.get(SCOPE, "c")?.condition.reasonData,
    '{"triggeringAlarms":[{"arn":"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a","state":{"value":"ALARM","timestamp":"2026-11-20T12:00:00.000+0000"}}]}',
  );
  await set("b", "ALARM");
  assert.equal(seen(), "OK - [OK ALARM OK]");
});

test("composite alarms of composite alarms follow too", async (t) => {
  const { put, set, seen } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a) OR ALARM(b)", START));
  await put("d", compositeAlarm("d", "NOT OK(c)", START));
  await set("b", "ALARM");
  assert.equal(seen("d"), "ALARM - [OK ALARM]");
});

test("a second child in ALARM changes neither reason nor time", async (t) => {
  const { put, set, book, pass } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a) OR ALARM(b)", START));
  await set("a", "ALARM");
  const before = book.get(SCOPE, "c")?.condition;
  await pass(MINUTE);
  await set("b", "ALARM");
  assert.deepEqual(book.get(SCOPE, "c")?.condition, before);
});

test("actions wait for the suppressor, and run when it does not come", async (t) => {
  const { put, set, seen, pass } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a)", START, { alarm: "s", wait: 120, extension: 180 }));
  assert.equal(seen(), "OK WaitPeriod []");
  await pass(3 * MINUTE);
  assert.equal(seen(), "OK - [OK]");
  await set("a", "ALARM");
  await pass(119_000);
  assert.equal(seen(), "ALARM WaitPeriod [OK]");
  await pass(2 * MINUTE);
  assert.equal(seen(), "ALARM - [OK ALARM]");
  await pass(60 * MINUTE);
  assert.equal(seen(), "ALARM - [OK ALARM]");
});

test("a suppressor that comes holds the actions, and longer by its extension", async (t) => {
  const { put, set, seen, pass } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a)", START, { alarm: "s", wait: 60, extension: 180 }));
  await pass(2 * MINUTE);
  await set("a", "ALARM");
  await set("s", "ALARM");
  await pass(10 * MINUTE);
  assert.equal(seen(), "ALARM Alarm [OK]");
  await set("s", "OK");
  assert.equal(seen(), "ALARM ExtensionPeriod [OK]");
  await pass(5 * MINUTE);
  assert.equal(seen(), "ALARM - [OK ALARM]");
});

test("a composite alarm that is back before its suppressor goes tells nobody", async (t) => {
  const { put, set, seen, pass } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a)", START, { alarm: "s", wait: 60, extension: 60 }));
  await pass(2 * MINUTE);
  await set("s", "ALARM");
  await set("a", "ALARM");
  await set("a", "OK");
  await set("s", "OK");
  await pass(10 * MINUTE);
  assert.equal(seen(), "OK - [OK]");
});

test("after a restart composite alarms have the states of their rules", async (t) => {
  const { put, state, clock, book } = await life(t);
  await put("c", compositeAlarm("c", "ALARM(a)", START));
  // A child's change that was stored, and then the server died before it looked at the composite alarm.
  const child = book.resource(SCOPE, "a");
  assert.ok(child);
  const other = await alarmLife({ startMs: START, state, clock });
  await state.commit({
    cause: { action: "test" },
    changes: [
      {
        put: child.ref,
        document: {
          ...child.document,
          condition: { ...child.document.condition, value: "ALARM", transitionedAt: START + 1 },
        },
        expect: child.version,
      },
    ],
  });
  await other.settler.settleAll();
  assert.equal(book.get(SCOPE, "c")?.condition.value, "ALARM");
});
