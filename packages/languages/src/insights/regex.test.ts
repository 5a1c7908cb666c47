import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRegex } from "./regex.ts";

const SPAN = { start: 0, end: 1000 };

test("texts that every match contains are found, and no other", () => {
  const f = (source: string, literals: readonly string[], pure?: string) => {
    const pattern = parseRegex(source, SPAN);
    assert.deepEqual(pattern.literals, literals, source);
    assert.equal(pattern.pure, pure, source);
  };
  f("abc", ["abc"], "abc");
  f("a\\.b", ["a.b"], "a.b");
  f("a.b", ["a", "b"]);
  f("abc|abd", []);
  f("(abc|abd)e", ["e"]);
  f("abc?", ["ab"]);
  f("ab+c", ["a", "b", "c"]);
  f("(foo)*bar", ["bar"]);
  f("(foo)+bar", ["foo", "bar"]);
  f("(foo){0,2}bar", ["bar"]);
  f("x{2}y", ["x", "y"]);
  f("(?i)abc", []);
  f("a(?i:b)c", []);
  f("^error: \\d+$", ["error: "]);
  f("[abc]def", ["def"]);
  f("\\x41\\tb", ["A\tb"], "A\tb");
  f("", []);
  f("(?s)one.two", ["one", "two"]);
});

test("capture groups are counted and named in order", () => {
  const names = (source: string) => parseRegex(source, SPAN).groups.map((group) => group.name ?? "-");
  assert.deepEqual(names("(?<a>x)(y)(?:z)(?P<b_2>w)"), ["a", "-", "b_2"]);
  assert.deepEqual(names("\\(no\\)[(]"), []);
  assert.throws(() => parseRegex("(?<a>x)(?<a>y)", SPAN), /Two groups are named a/);
});
