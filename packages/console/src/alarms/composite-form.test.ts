import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CompositeForm,
  compositeFaults,
  formOfComposite,
  formOfNames,
  putCompositeAlarm,
} from "./composite-form.ts";

const FORM: CompositeForm = {
  ...formOfNames(["disk full", "b"]),
  name: "both",
  actions: [{ id: "1", state: "OK", arn: "arn:aws:sns:us-east-1:1:t" }],
  suppressor: "maintenance",
  wait: "60",
};

test("a form becomes the call, and an alarm the form again", () => {
  const call = putCompositeAlarm(FORM);
  assert.deepEqual(call, {
    AlarmName: "both",
    AlarmRule: 'ALARM("disk full") OR\nALARM("b")',
    AlarmActions: [],
    OKActions: ["arn:aws:sns:us-east-1:1:t"],
    InsufficientDataActions: [],
    ActionsSuppressor: "maintenance",
    ActionsSuppressorWaitPeriod: 60,
    ActionsSuppressorExtensionPeriod: 180,
  });
  assert.deepEqual(formOfComposite(call), FORM);
  assert.equal(putCompositeAlarm({ ...FORM, silent: true }).ActionsEnabled, false);
});

test("each step says what it lacks", () => {
  const f = (step: number, change: Partial<CompositeForm>, expected: readonly string[]) =>
    assert.deepEqual(Object.keys(compositeFaults({ ...FORM, ...change }, step)), expected);
  for (const step of [0, 1, 2]) f(step, {}, []);
  f(0, { rule: " " }, ["rule"]);
  f(0, { rule: "ALARM(a) AND" }, ["rule"]);
  f(1, { actions: [{ id: "1", state: "OK", arn: "" }], wait: "soon" }, ["actions", "wait"]);
  f(1, { suppressor: "", wait: "soon" }, []);
  f(2, { name: "" }, ["name"]);
});
