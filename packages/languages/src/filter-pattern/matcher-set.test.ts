import assert from "node:assert/strict";
import { test } from "node:test";
import { compileMatcher } from "./matcher.ts";
import { compileMatcherSet } from "./matcher-set.ts";
import { rememberingReader } from "./message-reader.ts";
import { parseFilterPattern } from "./parse.ts";

const setOf = (...patterns: string[]) => compileMatcherSet(patterns.map(parseFilterPattern));

test("candidates are the patterns whose literal stands in the message", () => {
  const set = setOf(
    "ERROR",
    "%time[0-9]+out%",
    '{ $.level = "warn" }',
    "",
    "-quiet",
    "[ip, user, code = 404, size]",
    "?one ?two",
    "é",
  );
  const f = (message: string, expected: number[]) => assert.deepEqual(set.candidates(message), expected, message);
  const always = [3, 4, 7];
  f("", always);
  f("an ERROR here", [0, ...always]);
  f("time12out", [1, ...always]);
  f('{"level":"warn"}', [2, ...always]);
  f('{"level":"w\\u0061rn"}', [2, ...always]);
  f("1.2.3.4 joe 404 12", [3, 4, 5, 7]);
  f("two", [3, 4, 6, 7]);
  f("ERROROR two ERROR é", [0, 3, 4, 6, 7]);
});

test("literals that begin, end or hold each other are all found", () => {
  const words = ["abcd", "bcd", "bc", "cde", "d", "abcde", "xabc", "aab"];
  const set = setOf(...words);
  for (const message of ["abcde", "xabcd", "aabcd", "bcbcd", "ab cd", "ABCD", "abéd", "aaabxabcde"])
    assert.deepEqual(
      set.candidates(message),
      words.flatMap((word, index) => (message.includes(word) ? [index] : [])),
      message,
    );
});

test("what matches is always a candidate", () => {
  const pieces = [
    "ERROR",
    "warn",
    "a",
    "ab",
    "b",
    "404",
    "é",
    '"x y"',
    "%a+b%",
    "?ERROR ?warn",
    "-a b",
    '{ $.a = "ab" }',
    "{ $.b = 4* }",
    "{ $.a.b NOT EXISTS }",
    "[a, b=404]",
    "[..., z=*b]",
  ];
  const patterns = pieces
    .flatMap((piece) => (/^[{[?%]/.test(piece) ? [piece] : [piece, `${piece} warn`]))
    .map(parseFilterPattern);
  const set = compileMatcherSet(patterns);
  const reader = rememberingReader();
  const matchers = patterns.map((pattern) => compileMatcher(pattern));
  const sharing = patterns.map((pattern) => compileMatcher(pattern, { reader }));
  const words = [
    "ERROR",
    "warn",
    "a",
    "ab",
    "404",
    "é",
    "x y",
    "aab",
    '{"a":"ab"}',
    '{"b":404,"a":{"b":1}}',
    '{"a":"\\u0061b"}',
    "[a",
    "b]",
  ];
  for (let i = 0; i < words.length ** 2; i++) {
    const first = words[i % words.length] ?? "";
    const second = words[Math.floor(i / words.length)] ?? "";
    for (const message of [first, `${first} ${second}`]) {
      const matching = matchers.flatMap((matcher, index) => (matcher.matches(message) ? [index] : []));
      const candidates = set.candidates(message);
      assert.deepEqual(
        candidates.filter((index) => sharing[index]?.matches(message)),
        matching,
        message,
      );
      assert.deepEqual(
        sharing.map((matcher) => matcher.extract(message)),
        matchers.map((matcher) => matcher.extract(message)),
      );
    }
  }
});

test("JSON patterns that differ only in a value are told apart by it", () => {
  const patterns = Array.from({ length: 40 }, (_, i) =>
    i % 2 === 0 ? `{ $.status = ${i} && $.level = "x" }` : `{ $.level = "x" && $.user.name = "u" && $.status = ${i} }`,
  );
  const set = setOf(...patterns, "{ $.status > 3 }", "{ $.status = 4 || $.level = y }", "{ $.status = 4* }");
  const f = (message: string, expected: number[]) => assert.deepEqual(set.candidates(message), expected, message);
  f('{"status":4,"level":"z"}', [4, 40, 41, 42]);
  f('{"status":4.0,"level":"z"}', [4, 40, 41, 42]);
  f('{"status":"04","level":"z"}', [4, 40, 41, 42]);
  f('{"status":12,"level":"x"}', [12, 40]);
  f("no JSON with status", []);
});

test("JSON patterns that differ only in a bound are told apart by it", () => {
  const above = Array.from({ length: 20 }, (_, i) => `{ $.n > ${19 - i} }`);
  const below = Array.from({ length: 20 }, (_, i) => `{ $.n <= ${i} && $.n NOT EXISTS || $.n < ${i} }`);
  const set = setOf(...above, ...below);
  const f = (message: string, expected: number[]) => assert.deepEqual(set.candidates(message), expected, message);
  f('{"n":2}', [17, 18, 19, ...Array.from({ length: 18 }, (_, i) => 22 + i)]);
  f(
    '{"n":"-1"}',
    Array.from({ length: 20 }, (_, i) => 20 + i),
  );
  f(
    '{"n":100}',
    Array.from({ length: 20 }, (_, i) => i),
  );
  f('{"n":"many"}', []);
});

test("a JSON pattern that matches is a candidate however the event is written", () => {
  const paths = ["$.n", "$.a.n", "$.a[0]", "$.a[*]", "$.*"];
  const values = ["4", "4.0", '"4"', '"4.0"', "1000", '"x"', "true", "-0.5"];
  const patterns = paths.flatMap((path) => [
    ...values.map((value) => `{ ${path} = ${value} }`),
    `{ ${path} > 3 }`,
    `{ ${path} <= 4 && ${path} != 7 }`,
    `{ ${path} = 5 || ${path} = "x" }`,
  ]);
  const parsed = patterns.map(parseFilterPattern);
  const set = compileMatcherSet(parsed);
  const matchers = parsed.map((pattern) => compileMatcher(pattern));
  const written = [
    "4",
    "4.0",
    "4.00",
    "1e3",
    '"4"',
    '"4.0"',
    '"x"',
    '"\\u0078"',
    '"a\\"b"',
    "true",
    "-0.5",
    "[4]",
    "null",
    "{}",
  ];
  const events = written.flatMap((value) => [
    `{"n":${value}}`,
    `{"n": 7, "n" :\t${value} }`,
    ` {"a":{"n":${value}},"n":"other"}`,
    `{"a":[${value},5]}`,
    `{"\\u006e":${value}}`,
    `{"a b":${value}}`,
    `{"text":"\\"n\\": 3","n":${value}}`,
    `{"n":${value}`,
  ]);
  let matched = 0;
  for (const event of events) {
    const candidates = new Set(set.candidates(event));
    for (const [index, matcher] of matchers.entries()) {
      if (!matcher.matches(event)) continue;
      matched++;
      assert.ok(candidates.has(index), `${event} matches ${JSON.stringify(parsed[index])}`);
    }
  }
  assert.ok(matched > 100, `${matched} matches`);
});

test("patterns beyond the table are candidates always", () => {
  const literal = (i: number) => `${String(i).padStart(15, "0")}_literal`;
  const set = compileMatcherSet(Array.from({ length: 60_000 }, (_, i) => parseFilterPattern(literal(i))));
  assert.ok(set.candidates(literal(0)).includes(0));
  assert.ok(set.candidates(literal(59_999)).includes(59_999));
  assert.ok(!set.candidates(literal(0)).includes(1));
  assert.ok(set.candidates("").length > 0);
  assert.deepEqual(compileMatcherSet([]).candidates("x"), []);
});
