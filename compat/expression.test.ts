import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, type Scope } from "./expression.ts";
import type { Value } from "./value.ts";

const NOW = 1_795_217_853_788;
const scope: Scope = new Map<string, Value>([
  ["now", NOW],
  ["group", "compat/x"],
  ["token", "f/1"],
]);

test("expressions become values", () => {
  const f = (input: Value, expected: Value): void => assert.deepEqual(fill(input, scope), expected, String(input));
  f("${now}", NOW);
  f("${now-1h}", NOW - 3_600_000);
  f("${now - 2d + 5}", NOW - 172_800_000 + 5);
  f("${s:now-1m}", 1_795_217_793);
  f("${token}", "f/1");
  f("${group}/two at ${now}", `compat/x/two at ${NOW}`);
  f("$${now} stays", "${now} stays");
  f("no expression: $ { }", "no expression: $ { }");
  f({ "${group}": ["${now}"] }, { "compat/x": [NOW] });
  f({ $text: { of: "ab", count: 3 } }, "ababab");
  f({ $repeat: { count: 2, of: { at: "${now+i}", message: "e${i}" } } }, [
    { at: NOW, message: "e0" },
    { at: NOW + 1, message: "e1" },
  ]);
});

test("what cannot be read is named", () => {
  const f = (input: Value, message: RegExp): void => assert.throws(() => fill(input, scope), message);
  f("${later}", /nothing is called "later"/);
  f("${now-1 hour}", /cannot read "1 hour"/);
  f("${group+1}", /not a number/);
  f({ $text: { of: "x" } }, /whole number/);
  f({ $repeat: 3 }, /needs \{count, of\}/);
});
