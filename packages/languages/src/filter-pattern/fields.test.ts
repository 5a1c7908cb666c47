import assert from "node:assert/strict";
import { test } from "node:test";
import { splitFields } from "./fields.ts";

function f(message: string, expected: readonly string[]): void {
  assert.deepEqual(splitFields(message), expected, message);
}

test("blanks separate fields", () => {
  f("a b  c\td\n", ["a", "b", "c", "d"]);
  f("", []);
  f("   ", []);
});

test("brackets and quotes hold one field and are dropped", () => {
  f('[a b] "c d" e', ["a b", "c d", "e"]);
  f('"" []', ["", ""]);
  f('"say \\"hi\\" now" x', ['say \\"hi\\" now', "x"]);
});

test("a delimiter that opens no field is an ordinary character", () => {
  f('a"b c" d[e f]', ['a"b', 'c"', "d[e", "f]"]);
  f('[open "quote', ["[open", '"quote']);
  f('"a"b [c]d', ['"a"b', "[c]d"]);
});

test("many openers before one closer cost one search", () => {
  const message = `${"[x ".repeat(200_000)}]y`;
  assert.equal(splitFields(message).length, 200_001);
});
