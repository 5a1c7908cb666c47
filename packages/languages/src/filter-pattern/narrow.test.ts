import assert from "node:assert/strict";
import { test } from "node:test";
import { narrow, type TextTest } from "./narrow.ts";
import { parseFilterPattern } from "./parse.ts";

/** Writes a test the way one would say it. */
function say(test: TextTest): string {
  switch (test.kind) {
    case "all":
      return "all";
    case "contains":
      return JSON.stringify(test.text);
    case "not":
      return `!${say(test.part)}`;
    default:
      return `(${test.parts.map(say).join(test.kind === "and" ? " & " : " | ")})`;
  }
}

function f(pattern: string, expected: string, exact: boolean): void {
  const condition = narrow(parseFilterPattern(pattern));
  assert.equal(say(condition.test), expected, pattern);
  assert.equal(condition.exact, exact, pattern);
}

test("terms narrow exactly", () => {
  f("", "all", true);
  f("ERROR", '"ERROR"', true);
  f('a -"b c" ?d', '("a" & !"b c")', true);
  f("-INFO", '!"INFO"', true);
  f("?a ?b", '("a" | "b")', true);
});

test("a regular expression narrows by the literals it needs", () => {
  f("%AUTHORIZED%", '"AUTHORIZED"', false);
  f("%^starting|^shutting down%", '("starting" | "shutting down")', false);
  f("%\\d+%", "all", false);
  f("%a|\\d%", "all", false);
  f("%ab+cde?f%", '"bcd"', false);
  f("%ab{2,}c%", '"ab"', false);
  f("%colou*r%", '"colo"', false);
  f("x -%a%", '"x"', false);
});

test("JSON conditions need their keys and texts, unless these are written with escapes", () => {
  f('{ $.eventName = "RunInstances" }', '(("eventName" | "\\\\u") & ("RunInstances" | "\\\\u"))', false);
  f("{ $.a NOT EXISTS }", "all", false);
  f("{ $.a > 5 || $.b IS NULL }", '(("a" | "\\\\u") | (("b" | "\\\\u") & "null"))', false);
  f('{ $.a = "x/yy\\"z" }', '(("a" | "\\\\u") & ("yy" | "\\\\u"))', false);
});

test("slots narrow by the texts they ask for", () => {
  f("[a, b]", "all", false);
  f("[]", "all", true);
  f("[..., request=*.html*, status_code=404,]", '(".html" & "404")', false);
  f("[a != x && a = y* || a = z, ...]", '("y" | "z")', false);
  f("[a = 1e3]", "all", false);
  f("[a = -040.0]", '"40"', false);
  f("[a > 5]", "all", false);
});
