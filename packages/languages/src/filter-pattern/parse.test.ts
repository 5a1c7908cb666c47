import assert from "node:assert/strict";
import { test } from "node:test";
import { FilterPatternError } from "./errors.ts";
import { parseFilterPattern } from "./parse.ts";

/** Pattern, the part that the error marks, words of its message. */
const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ["foo-bar", "foo-", /Invalid character in a term: "-"/],
  ["a [b]", "[", /Invalid character in a term: "\["/],
  ["ERROR: x", "ERROR:", /double quotes/],
  ['"open', '"open', /quote is not closed/],
  ['"a""b"', '"a""', /blank between terms/],
  ["x -", "-", /term is missing after "-"/],
  ["? a", "?", /term is missing after "\?"/],
  ['-""', '-""', /excluding it excludes all/],
  ["%open", "%open", /a % is missing/],
  ["%%", "", /is empty/],
  ["%a!%", "!", /write it as \\x21/],
  ["%(a)%", "(", /\\x28/],
  ["%ä%", "ä", /ASCII only/],
  ["%\\bx%", "\\b", /not a supported escape/],
  ["%\\x80%", "\\x80", /00 to 7F/],
  ["%a**%", "**", /cannot be repeated/],
  ["%*a%", "*", /repeats nothing/],
  ["%a{,}%", "{", /\{n,m\}/],
  ["%a{3,1}%", "a{3,1}", /not valid/],
  ["%a{900}b{900}%", "a{900}b{900}", /add up to more than 1000/],
  ["%[a%", "[a", /not closed/],
  ["%[]%", "[]", /class is empty/],
  ["%[z-a]%", "[z-a]", /not valid/],
  ["%^*a%", "*", /anchor cannot be repeated/],
  ["%a]%", "]", /no opening bracket/],
  ["%a% %b% %c%", "%a% %b% %c%", /3 regular expressions; at most 2/],
  ["{", "", /selector.*ends here/],
  ["{ }", "}", /selector.*found "}"/],
  ["{ $.a }", "}", /one of = !=/],
  ["{ $.a = }", "}", /number, a text/],
  ["{ $.a = 1", "", /"&&", "\|\|" or "}"/],
  ["{ $.a = 1 } x", "x", /Nothing may follow/],
  ["{ $.a == 1 }", "=", /one "="/],
  ["{ $.a = b-c }", "b-c", /double quotes/],
  ["{ $.a > abc }", "abc", /compares numbers/],
  ['{ $.a > "5" }', '"5"', /compares numbers/],
  ["{ $.a is null }", "is", /upper case/],
  ["{ $.a IS NOT NULL }", "IS", /upper case/],
  ["{ $.a EXISTS }", "EXISTS", /upper case/],
  ["{ ($.a = 1 }", "}", /Expected "\)"/],
  ["{ a = 1 }", "a", /selector such as/],
  ["{ $ = 1 }", "$", /names a field/],
  ["{ $.a..b = 1 }", "..b", /not understood/],
  ["{ $.a[x] = 1 }", "[x]", /not understood/],
  ["{ $.a[*].b[*] = 1 }", "$.a[*].b[*]", /at most one wildcard/],
  ["{ $.a[*] = 1 && $.b[*] = 1 && $.c.* = 1 && $.d.* = 1 }", "$.d.*", /at most 3 wildcard/],
  ["{ $.a = 1 & $.b = 2 }", "&", /Unexpected character "&"/],
  ["{ $.a = 1e999 }", "1e999", /too large/],
  ["[a, b", "", /"," or "\]"/],
  ["[a] b", "b", /Nothing may follow/],
  ["[..., a, ...]", "...", /only once/],
  ["[a, a]", "a", /name of its own/],
  ["[=404]", "=", /name of a field/],
  ["[a b]", "b", /Expected/],
  ["[status_code = 4* && bytes > 1000]", "bytes", /test no other field/],
  ["[a = x/y]", "/", /Unexpected character "\/"/],
  ["[a > x]", "x", /compares numbers/],
  ["x".repeat(1025), "x", /at most 1024/],
];

test("what is not understood is refused, with its place", () => {
  for (const [pattern, part, message] of REFUSED) {
    assert.throws(
      () => parseFilterPattern(pattern),
      (error) => {
        assert.ok(error instanceof FilterPatternError, pattern);
        assert.match(error.message, message, pattern);
        assert.equal(pattern.slice(error.startOffset, error.endOffset), part, `${pattern}: ${error.message}`);
        return true;
      },
    );
  }
});

test("nodes are frozen through and through", () => {
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    assert.ok(Object.isFrozen(value), JSON.stringify(value));
    for (const inner of Object.values(value)) check(inner);
  };
  for (const pattern of [
    'a -"b" ?%c+%',
    "{ ($.a[0] = 1 || $.b IS NULL) && $.c.* = %x[a]% }",
    "[a = 1 || a = b*, , ..., c]",
  ]) {
    check(parseFilterPattern(pattern));
  }
});

test("the language follows from the first character that is no blank", () => {
  assert.equal(parseFilterPattern("  { $.a = 1 }").language, "json");
  assert.equal(parseFilterPattern(" [a]").language, "space");
  assert.equal(parseFilterPattern(' "[a]"').language, "terms");
});

test("regular expressions are counted", () => {
  assert.equal(parseFilterPattern("%a% %b%").regexCount, 2);
  assert.equal(parseFilterPattern("[a=%x%, b]").regexCount, 1);
  assert.equal(parseFilterPattern("{ $.a = x }").regexCount, 0);
});
