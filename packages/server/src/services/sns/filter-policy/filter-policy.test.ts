import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "./condition.ts";
import { compileFilterPolicy, type FilterScope } from "./filter-policy.ts";

const matcher = (policy: unknown, scope: FilterScope = "MessageAttributes") =>
  compileFilterPolicy(JSON.stringify(policy), scope);

test("each operator passes what AWS's guide says it passes", () => {
  const f = (policy: unknown, value: JsonValue | undefined, expected: boolean) =>
    assert.equal(
      matcher({ key: [policy] }).matches(value === undefined ? {} : { key: value }),
      expected,
      JSON.stringify([policy, value]),
    );
  f("rugby", "rugby", true);
  f("rugby", "tennis", false);
  f("rugby", ["tennis", "rugby"], true);
  f("rugby", undefined, false);
  f(301.5, 301.5, true);
  f(301.5, 3.015e2, true);
  f(301.5, "301.5", false);
  f(true, true, true);
  f(null, null, true);
  f({ prefix: "bas" }, "baseball", true);
  f({ prefix: "bas" }, "rugby", false);
  f({ suffix: "ball" }, "baseball", true);
  f({ suffix: "ball" }, "ballet", false);
  f({ prefix: { "equals-ignore-case": "BAS" } }, "baseball", true);
  f({ "equals-ignore-case": "Tennis" }, "TENNIS", true);
  f({ "anything-but": ["rugby", "tennis"] }, "baseball", true);
  f({ "anything-but": ["rugby", "tennis"] }, "rugby", false);
  f({ "anything-but": ["rugby", "tennis"] }, ["rugby", "baseball"], true);
  f({ "anything-but": ["rugby", "tennis"] }, ["rugby"], false);
  f({ "anything-but": "rugby" }, undefined, false);
  f({ "anything-but": [100, 500] }, 101, true);
  f({ "anything-but": [100, 500] }, 100, false);
  f({ "anything-but": { prefix: "order-" } }, "data-entry", true);
  f({ "anything-but": { prefix: "order-" } }, "order-cancelled", false);
  f({ "anything-but": { suffix: ["ball", "bat"] } }, "football", false);
  f({ "anything-but": { wildcard: "*ball" } }, "tennis", true);
  f({ exists: true }, "x", true);
  f({ exists: true }, undefined, false);
  f({ exists: false }, undefined, true);
  f({ exists: false }, "x", false);
  f({ numeric: ["=", 301.5] }, 301.5, true);
  f({ numeric: ["<", 0] }, -1, true);
  f({ numeric: [">", 0, "<=", 150] }, 150, true);
  f({ numeric: [">", 0, "<=", 150] }, 0, false);
  f({ numeric: [">", 0] }, "1", false);
  f({ cidr: "10.0.0.0/24" }, "10.0.0.255", true);
  f({ cidr: "10.0.0.0/24" }, "10.1.1.0", false);
  f({ cidr: "2001:db8::/32" }, "2001:db8::1", true);
  f({ cidr: "10.0.0.0/24" }, "no address", false);
  f({ wildcard: "a*b*c" }, "a--b--c", true);
  f({ wildcard: "a*b*c" }, "a--c--b", false);
  f({ wildcard: "*ball" }, "ball", true);
  f({ wildcard: "ab*ba" }, "aba", false);
  f({ wildcard: "100\\*" }, "100*", true);
  f({ wildcard: "100\\*" }, "1000", false);
});

test("all keys must fit, and of $or one of its alternatives", () => {
  const f = (message: Record<string, JsonValue>, expected: boolean) =>
    assert.equal(
      matcher({
        source: ["aws.cloudwatch"],
        $or: [{ metricName: ["CPUUtilization"] }, { namespace: ["AWS/EC2"], level: [{ numeric: [">", 3] }] }],
      }).matches(message),
      expected,
      JSON.stringify(message),
    );
  f({ source: "aws.cloudwatch", metricName: "CPUUtilization" }, true);
  f({ source: "aws.cloudwatch", namespace: "AWS/EC2", level: 4 }, true);
  f({ source: "aws.cloudwatch", namespace: "AWS/EC2", level: 3 }, false);
  f({ source: "aws.cloudwatch" }, false);
  f({ metricName: "CPUUtilization" }, false);
});

test("a policy on the body follows its objects, and its lists by any of their items", () => {
  const f = (policy: unknown, body: JsonValue, expected: boolean) =>
    assert.equal(matcher(policy, "MessageBody").matches(body), expected, JSON.stringify([policy, body]));
  f({ a: { b: ["x"] } }, { a: { b: "x" } }, true);
  f({ a: { b: ["x"] } }, { a: { b: ["y", "x"] } }, true);
  f({ a: { b: ["x"] } }, { a: [{ b: "y" }, { b: "x" }] }, true);
  f({ a: { b: ["x"], c: ["y"] } }, { a: [{ b: "x" }, { c: "y" }] }, false);
  f({ a: { b: ["x"] } }, { a: "x" }, false);
  f({ a: { b: [{ exists: false }] } }, { other: 1 }, true);
  f({ a: { b: [{ exists: false }] } }, { a: { b: 1 } }, false);
  f({ a: [null] }, { a: null }, true);
  f({ a: ["x"] }, [{ a: "x" }], true);
  f({ a: ["x"] }, "x", false);
});

test("a policy that AWS refuses is refused with its words", () => {
  const f = (policy: string, message: string, scope: FilterScope = "MessageAttributes") =>
    assert.throws(() => compileFilterPolicy(policy, scope), { name: "PolicyFault", message });
  f("{", "FilterPolicy: failed to parse JSON.");
  f("[]", "FilterPolicy: Filter policy must be a JSON object");
  f('{"a":"x"}', 'FilterPolicy: "a" must be an object or an array');
  f('{"a":[]}', "FilterPolicy: Empty arrays are not allowed");
  f('{"a":[["x"]]}', "FilterPolicy: Match value must be String, number, true, false, or null");
  f('{"a":[{"exists":"x"}]}', "FilterPolicy: exists match pattern must be either true or false.");
  f('{"a":[{"prefixx":"x"}]}', "FilterPolicy: Unrecognized match type prefixx");
  f('{"a":[{"prefix":1}]}', "FilterPolicy: prefix match pattern must be a string");
  f('{"a":[{"numeric":[">","x"]}]}', "FilterPolicy: Value of > must be numeric");
  f('{"a":[{"numeric":[">",2,"<",1]}]}', "FilterPolicy: Bottom must be less than top");
  f('{"a":[{"numeric":"x"}]}', "FilterPolicy: Value of numeric must be an array.");
  f('{"a":[{"cidr":"10.0.0.0"}]}', "FilterPolicy: Malformed CIDR, one '/' required: 10.0.0.0");
  f('{"a":{"b":["x"]}}', "Filter policy scope MessageAttributes does not support nested filter policy");
  f(
    '{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}',
    "FilterPolicy: Filter policy can not have more than 5 keys",
  );
  const many = JSON.stringify(Array.from({ length: 13 }, (_, n) => n));
  f(`{"a":${many},"b":${many}}`, "FilterPolicy: Filter policy is too complex");
  f(`${'{"a":'.repeat(60)}["x"]${"}".repeat(60)}`, "FilterPolicy: Filter policy is too complex", "MessageBody");
});

test("hostile texts cost no more than their length", () => {
  const text = "a".repeat(200_000);
  assert.equal(matcher({ key: [{ wildcard: "a*a*a*b" }] }).matches({ key: text }), false);
  assert.equal(matcher({ __proto__: ["x"], constructor: ["x"] }).matches({}), false);
});
