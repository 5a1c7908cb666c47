import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { parseAlarmRule } from "@nephoscope/languages/alarm-rule";
import { quotedName, ruleCompletions, ruleFaults, ruleMarks } from "./rule-language.ts";

const source = ruleCompletions(() => [
  { name: "disk of db", detail: "OK" },
  { name: 'a "b"', detail: "In alarm" },
]);
async function completed(marked: string, explicit = false) {
  const at = marked.indexOf("^");
  const found = await source(new CompletionContext(EditorState.create({ doc: marked.replace("^", "") }), at, explicit));
  return found === null ? undefined : [found.from, found.options.map(({ label }) => label)];
}
const NAMES = ['"disk of db"', '"a \\"b\\""'];

test("names of alarms are completed in parentheses, words of the language elsewhere", async () => {
  const f = async (marked: string, expected: unknown) => assert.deepEqual(await completed(marked), expected, marked);
  await f("ALARM(^", [6, NAMES]);
  await f('alarm("di^', [6, NAMES]);
  await f('ALARM("x") AND NOT OK( "^")', [23, NAMES]);
  await f('AT_LEAST(2, ALARM, ("a b", ^', [27, NAMES]);
  await f("AT_LEAST(50%, NOT OK, (^", [23, NAMES]);
  await f("^", undefined);
  assert.equal((await completed("A^"))?.[0], 0);
  assert.equal((await completed('ALARM("x") ^', true))?.[0], 11);
});

test("a state is closed behind its name, a list goes on", async () => {
  const f = async (marked: string, expected: string) => {
    const context = new CompletionContext(
      EditorState.create({ doc: marked.replace("^", "") }),
      marked.indexOf("^"),
      false,
    );
    assert.equal((await source(context))?.options[0]?.apply, expected, marked);
  };
  await f("ALARM(^", '"disk of db")');
  await f('ALARM("^")', '"disk of db"');
  await f("AT_LEAST(1, OK, (^", '"disk of db"');
  await f("AT_LEAST(1, OK, (a)) AND OK(^", '"disk of db")');
});

test("a quoted name is read as that name", () => {
  for (const name of ["plain", "with blank", 'a "b"', "back\\slash", "(x, y)"])
    assert.equal(parseAlarmRule(`ALARM(${quotedName(name)})`).children[0]?.name, name);
});

test("faults are told at their place", () => {
  const f = (text: string, expected: readonly [number, number] | undefined) => {
    const [fault] = ruleFaults(text);
    assert.deepEqual(fault && [fault.from, fault.to], expected, text);
  };
  f("", undefined);
  f("ALARM(a) AND OK(b)", undefined);
  f("ALARM(a) XOR OK(b)", [9, 12]);
  f("ALARM(a) AND", [11, 12]);
  f('OK("a', [3, 5]);
});

test("words have the colours of what they are", () => {
  assert.deepEqual(
    ruleMarks('NOT at_least(50%, OK, ("a OR b"))').map(({ start, end, kind }) => [start, end, kind]),
    [
      [0, 3, "keyword"],
      [4, 12, "function"],
      [13, 16, "number"],
      [18, 20, "function"],
      [23, 31, "string"],
    ],
  );
});
