import assert from "node:assert/strict";
import { test } from "node:test";
import { isLike, readCondition } from "./conditions.ts";

/** `value` undefined: the request has no such key. */
const holds = (operator: string, wanted: string | string[], value: string | string[] | undefined): boolean => {
  const condition = readCondition(operator, "k", [wanted].flat()) ?? assert.fail(`${operator} is not known`);
  return condition.holds(() => (value === undefined ? undefined : [value].flat()));
};

const cases: readonly (readonly [string, string | string[], string | string[] | undefined, boolean])[] = [
  ["StringEquals", "a", "a", true],
  ["StringEquals", ["a", "b"], "b", true],
  ["StringEquals", "a", "A", false],
  ["StringEquals", "a*", "ab", false],
  ["StringEquals", "a", undefined, false],
  ["StringEqualsIfExists", "a", undefined, true],
  ["StringEqualsIfExists", "a", "b", false],
  ["StringNotEquals", ["a", "b"], "b", false],
  ["StringNotEquals", ["a", "b"], "c", true],
  ["StringNotEquals", "a", undefined, true],
  ["StringEqualsIgnoreCase", "Ab", "aB", true],
  ["StringNotEqualsIgnoreCase", "Ab", "aB", false],
  ["StringLike", "alias/*-?", "alias/app-1", true],
  ["StringLike", "alias/*-?", "alias/app-12", false],
  ["StringNotLike", "a*", "ab", false],
  ["ArnLike", "arn:aws:logs:*:123456789012:log-group:*", "arn:aws:logs:us-east-1:123456789012:log-group:a:b", true],
  ["ArnLike", "arn:aws:*:log-group:x", "arn:aws:logs:us-east-1:123456789012:log-group:x", false],
  ["ArnNotEquals", "arn:aws:sqs:r:1:q", "arn:aws:sqs:r:1:q", false],
  ["Bool", "true", "True", true],
  ["Bool", "true", undefined, false],
  ["NumericLessThanEquals", "30", "7", true],
  ["NumericLessThanEquals", "7", "30", false],
  ["NumericGreaterThan", "7", "7", false],
  ["NumericEquals", "7", "", false],
  ["Null", "true", undefined, true],
  ["Null", "false", "a", true],
  ["Null", "true", "a", false],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "b", "a"], true],
  ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
  ["ForAllValues:StringEquals", "a", [], true],
  ["ForAnyValue:StringEquals", "a", ["b", "a"], true],
  ["ForAnyValue:StringEquals", "a", ["b"], false],
  ["ForAnyValue:StringEquals", "a", undefined, false],
  ["ForAnyValue:StringEqualsIfExists", "a", undefined, true],
];

for (const [operator, wanted, value, expected] of cases) {
  test(`${operator} ${JSON.stringify(wanted)} of ${JSON.stringify(value)} is ${expected}`, () => {
    assert.equal(holds(operator, wanted, value), expected);
  });
}

test("an operator that is not evaluated is not known, whatever it is written with", () => {
  for (const operator of [
    "DateLessThan",
    "IpAddress",
    "BinaryEquals",
    "Equals",
    "toString",
    "NullIfExists",
    "ForAnyValue:Null",
    "",
  ]) {
    assert.equal(readCondition(operator, "k", ["x"]), undefined, operator);
  }
});

test("many stars take no more than the product of both lengths", () => {
  assert.equal(isLike(`${"a".repeat(5_000)}b`, `${"*a".repeat(500)}*c`), false);
});
