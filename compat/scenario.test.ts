import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScenarios, readScenario } from "./scenario.ts";

const HEAD = "about: a\nsource: s\ncertainty: documented\n";

test("a scenario is read", () => {
  const scenario = readScenario(
    "logs/x.yaml",
    `${HEAD}without: { cli: no tail }\ngiven: { streams: [s] }\nsteps:\n  - call: Op\n    until: 5s\n    error: { code: X }\n`,
  );
  assert.equal(scenario.without.get("cli"), "no tail");
  assert.deepEqual(scenario.given, { group: {}, streams: ["s"] });
  assert.equal(scenario.steps[0]?.untilMs, 5000);
  assert.deepEqual(scenario.steps[0]?.outcome, { kind: "error", pattern: { code: "X" } });
});

test("faults of a scenario are named", () => {
  const f = (text: string, message: RegExp): void => assert.throws(() => readScenario("logs/x.yaml", text), message);
  f("about: a", /certainty/);
  f(`${HEAD}steps: []`, /has no steps/);
  f(`${HEAD}steps: [{ call: Op, expects: 1 }]`, /step 1: does not know "expects"/);
  f(`${HEAD}steps: [{ input: {} }]`, /needs "call"/);
  f(`${HEAD}steps: [{ call: Op, expect: {}, error: {} }]`, /not both/);
  f(`${HEAD}steps: [{ call: Op, until: soon }]`, /until/);
  f(`${HEAD}steps: [{ call: Op, during: [{ call: Op }] }]`, /only StartLiveTail/);
  f(`${HEAD}without: { curl: no }\nsteps: [{ call: Op }]`, /"curl" is not a client/);
  f("about: [", /x\.yaml: /);
});

test("every scenario of a folder can be read and differs in its number", () => {
  const scenarios = loadScenarios();
  const numbers = scenarios.map(({ file }) => /^([a-z0-9]+\/\d{4})-[a-z0-9-]+\.yaml$/.exec(file)?.[1]);
  assert.ok(!numbers.includes(undefined));
  assert.equal(new Set(numbers).size, scenarios.length);
});
