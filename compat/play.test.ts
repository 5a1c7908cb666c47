import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Call, Client } from "./clients/client.ts";
import { play, type Setting } from "./play.ts";
import { readScenario } from "./scenario.ts";

const setting: Setting = {
  account: "123456789012",
  region: "us-east-1",
  unique: () => "u",
  patience: 1,
  settleMs: 0,
  keep: false,
};

/** A client that gives `answers` in turn, the last one again and again, and writes down the calls. */
function clientOf(...answers: Answer[]): { client: Client; calls: Call[] } {
  const calls: Call[] = [];
  const client: Client = {
    async call(call) {
      calls.push(call);
      const answer = answers[Math.min(calls.length, answers.length) - 1];
      assert.ok(answer);
      return answer;
    },
    tail: () => assert.fail("no tail was expected"),
    async close() {},
  };
  return { client, calls };
}

const scenarioOf = (steps: string) =>
  readScenario("logs/x", `about: a\nsource: s\ncertainty: documented\nsteps: ${steps}`);
const answered = (output: object): Answer => ({ ok: true, output: { ...output } });
const refused: Answer = { ok: false, failure: { code: "Bad", message: "so bad", http: 400 } };

test("a matching answer is no fault", async () => {
  const { client } = clientOf(answered({ a: 1 }));
  assert.equal((await play(scenarioOf("[{ call: Op, expect: { a: 1 } }]"), client, setting)).fault, undefined);
});

test("another answer is a fault and ends the scenario", async () => {
  const { client, calls } = clientOf(answered({ a: 2 }));
  const { fault } = await play(scenarioOf("[{ call: Op, expect: { a: 1 } }, { call: Op2 }]"), client, setting);
  assert.deepEqual(fault, { step: 1, call: "Op", lines: ["answer.a: expected 1, found 2"] });
  assert.equal(calls.length, 1);
});

test("a refusal is a fault unless it is the expected one", async () => {
  const f = async (step: string, faulty: boolean): Promise<void> => {
    const { fault } = await play(scenarioOf(`[${step}]`), clientOf(refused).client, setting);
    assert.equal(fault !== undefined, faulty, step);
  };
  await f("{ call: Op }", true);
  await f("{ call: Op, error: { code: Bad, message: so bad, http: 400 } }", false);
  await f("{ call: Op, error: { code: Good } }", true);
  await f("{ call: Op, error: { code: Bad, http: 404 } }", true);
});

test("an answer where an error was expected is a fault", async () => {
  const { fault } = await play(
    scenarioOf("[{ call: Op, error: { code: Bad } }]"),
    clientOf(answered({})).client,
    setting,
  );
  assert.ok(fault);
});

test("a client that hides the status is judged by code and message", async () => {
  const hidden: Answer = { ok: false, failure: { code: "Bad", message: "m" } };
  const steps = "[{ call: Op, error: { code: Bad, http: 400, queryCompileError: <any> } }]";
  assert.equal((await play(scenarioOf(steps), clientOf(hidden).client, setting)).fault, undefined);
});

test("until repeats the call", async () => {
  const { client, calls } = clientOf(answered({ n: 0 }), refused, answered({ n: 2 }));
  const { fault } = await play(scenarioOf("[{ call: Op, until: 5s, expect: { n: 2 } }]"), client, setting);
  assert.equal(fault, undefined);
  assert.equal(calls.length, 3);
});

test("each plays a step for every value, and a fault names the value", async () => {
  const { client, calls } = clientOf(answered({}), refused);
  const { fault } = await play(scenarioOf('[{ call: Op, each: [a, b], input: { name: "${each}" } }]'), client, setting);
  assert.deepEqual(
    calls.map((call) => call.input),
    [{ name: "a" }, { name: "b" }],
  );
  assert.equal(fault?.lines[0], 'with "b":');
});

test("a capture reaches the next step's input", async () => {
  const { client, calls } = clientOf(answered({ token: "t" }));
  await play(
    scenarioOf('[{ call: Op, expect: { token: <capture x> } }, { call: Op, input: { again: "${x}" } }]'),
    client,
    setting,
  );
  assert.deepEqual(calls[1]?.input, { again: "t" });
});

test("the groups of a scenario are deleted at its end, unless they shall be kept", async () => {
  const scenario = scenarioOf("[{ call: CreateLogGroup, input: { logGroupName: g } }]");
  const deleted = clientOf(answered({}));
  await play(scenario, deleted.client, setting);
  assert.equal(deleted.calls.at(-1)?.operation, "DeleteLogGroup");
  const kept = clientOf(answered({}));
  await play(scenario, kept.client, { ...setting, keep: true });
  assert.equal(kept.calls.length, 1);
});
