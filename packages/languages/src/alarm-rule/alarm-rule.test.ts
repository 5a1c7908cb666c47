import assert from "node:assert/strict";
import { test } from "node:test";
import { readFailure, readTestBlocks } from "../syntax/test-blocks.ts";
import { evaluateAlarmRule } from "./evaluate.ts";
import { AlarmRuleError, type AlarmState } from "./nodes.ts";
import { alarmReference, MAX_ALARM_RULE_CHILDREN, MAX_ALARM_RULE_ELEMENTS, parseAlarmRule } from "./parse.ts";

const STATES: Readonly<Record<string, AlarmState>> = { A: "ALARM", O: "OK", I: "INSUFFICIENT_DATA" };

test("rules of testdata/rules.test", () => {
  let states = new Map<string, AlarmState | undefined>();
  let rule = "";
  for (const block of readTestBlocks(new URL("testdata/rules.test", import.meta.url))) {
    if (block.word === "states") {
      states = new Map(block.rest.split(" ").map((pair) => [pair.split("=")[0] ?? "", STATES[pair.slice(-1)]]));
    } else if (block.word === "rule") {
      rule = block.lines.join("\n");
    } else {
      const verdict = evaluateAlarmRule(parseAlarmRule(rule), (alarm) => states.get(alarm.name));
      const because = verdict.because.map((alarm) => alarm.text).join(" ");
      assert.deepEqual([String(verdict.value), because], [block.word, block.rest], `line ${block.line}: ${rule}`);
    }
  }
});

test("what cannot be read is refused with its place", () => {
  let rule = "";
  for (const block of readTestBlocks(new URL("testdata/failures.test", import.meta.url))) {
    if (block.word === "rule") {
      rule = block.lines.join("\n");
      continue;
    }
    const { start, end, message } = readFailure(block.rest);
    assert.throws(
      () => parseAlarmRule(rule),
      (error: unknown) => {
        assert.ok(error instanceof AlarmRuleError, `line ${block.line}: ${String(error)}`);
        assert.ok(error.message.includes(message), `line ${block.line}: ${error.message}`);
        assert.deepEqual([error.startOffset, error.endOffset], [start, end], `line ${block.line}: ${error.message}`);
        return true;
      },
    );
  }
});

test("quoted names may hold anything", () => {
  const { children } = parseAlarmRule('ALARM("a \\"b\\" (c), \\\\ \\d") OR ALARM("a \\"b\\" (c), \\\\ \\d")');
  assert.deepEqual(
    children.map(({ name }) => name),
    ['a "b" (c), \\ \\d'],
  );
});

test("an ARN says where its alarm is", () => {
  assert.deepEqual(alarmReference("arn:aws:cloudwatch:us-east-1:111122223333:alarm:disk: full"), {
    text: "arn:aws:cloudwatch:us-east-1:111122223333:alarm:disk: full",
    name: "disk: full",
    place: { account: "111122223333", region: "us-east-1" },
  });
});

test("the explanation tells each part's value and each alarm's state", () => {
  const rule = parseAlarmRule("NOT OK(x) AND AT_LEAST(50%, ALARM, (x, y))");
  const { why } = evaluateAlarmRule(rule, ({ name }) => (name === "x" ? "ALARM" : undefined));
  assert.deepEqual(JSON.parse(JSON.stringify(why)), {
    text: "NOT OK(x) AND AT_LEAST(50%, ALARM, (x, y))",
    value: true,
    parts: [
      {
        text: "NOT OK(x)",
        value: true,
        parts: [{ text: "OK(x)", value: false, alarm: { text: "x", name: "x" }, state: "ALARM", parts: [] }],
      },
      {
        text: "AT_LEAST(50%, ALARM, (x, y))",
        value: true,
        found: 1,
        needed: 1,
        parts: [
          { text: "x", value: true, alarm: { text: "x", name: "x" }, state: "ALARM", parts: [] },
          { text: "y", value: false, alarm: { text: "y", name: "y" }, parts: [] },
        ],
      },
    ],
  });
});

test("a rule has bounds, and what is within them is read", () => {
  const names = Array.from({ length: MAX_ALARM_RULE_CHILDREN }, (_, index) => `ALARM(a${index})`);
  assert.equal(parseAlarmRule(names.join(" OR ")).children.length, MAX_ALARM_RULE_CHILDREN);
  assert.throws(() => parseAlarmRule([...names, "OK(b)"].join(" OR ")), /at most 100 alarms/);
  const repeated = Array.from({ length: MAX_ALARM_RULE_ELEMENTS }, () => "OK(a)");
  assert.equal(parseAlarmRule(repeated.join(" AND ")).children.length, 1);
  assert.throws(() => parseAlarmRule([...repeated, "TRUE"].join(" AND ")), /at most 500 alarms/);
  const deep = MAX_ALARM_RULE_ELEMENTS - 1;
  assert.equal(evaluateAlarmRule(parseAlarmRule(`${"(".repeat(deep)}TRUE${")".repeat(deep)}`), () => "OK").value, true);
  assert.equal(evaluateAlarmRule(parseAlarmRule(`${"NOT ".repeat(2_500)}TRUE`), () => "OK").value, true);
  assert.throws(() => parseAlarmRule("x".repeat(10_241)), /at most 10240 characters/);
});
