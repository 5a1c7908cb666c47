import assert from "node:assert/strict";
import { test } from "node:test";
import { FilterPatternError } from "@nephoscope/languages";
import { compileMetricFilter, MetricFilterRefused } from "./compile-metric-filter.ts";
import type { MetricFilter, MetricTransformation } from "./metric-filter.ts";

const scope = { account: "111122223333", region: "eu-west-1" };

type Rest = Pick<MetricFilter, "fieldSelectionCriteria" | "emitSystemFieldDimensions">;
const compile = (filterPattern: string, transformation: Partial<MetricTransformation>, rest: Rest = {}) =>
  compileMetricFilter(
    {
      filterPattern,
      transformation: { metricName: "m", metricNamespace: "n", metricValue: "1", ...transformation },
      ...rest,
    },
    scope,
  );
const value = (filterPattern: string, metricValue: string, message: string) =>
  compile(filterPattern, { metricValue }).evaluate(message)?.value?.value;
const refused = (message: RegExp, ...given: Parameters<typeof compile>) =>
  assert.throws(
    () => compile(...given),
    (error: unknown) => {
      assert.ok(error instanceof MetricFilterRefused);
      assert.match(error.message, message);
      return true;
    },
  );

test("a metric value is a number or a field of the event", () => {
  assert.equal(value("ERROR", "2.5", "ERROR"), 2.5);
  assert.equal(value("ERROR", "-1e2", "ERROR"), -100);
  assert.equal(value("[ip, size]", "$size", "10.0.0.1 512"), 512);
  assert.equal(value("[ip, ...]", "$2", "10.0.0.1 512"), 512);
  assert.equal(value("{ $.latency = * }", "$.latency", '{"latency": 7}'), 7);
  assert.equal(value('{ $.kind = "a" }', "$.latency", '{"kind": "a", "latency": "7.5"}'), 7.5);
});

test("an event that does not match gives nothing", () => {
  assert.equal(compile("ERROR", {}).evaluate("fine"), undefined);
  assert.equal(compile("{ $.a = 1 }", { metricValue: "$.a" }).evaluate("ERROR"), undefined);
});

test("a match without a number gives no value", () => {
  for (const message of ['{"a": "x"}', '{"a": {"b": 1}}', '{"a": "0x10"}', '{"a": ""}', '{"a": "1e999"}']) {
    const match = compile("{ $.a = * || $.b NOT EXISTS }", { metricValue: "$.a" }).evaluate(message);
    assert.deepEqual(match, { value: undefined }, message);
  }
});

test("a metric value that can never be a number is refused", () => {
  refused(/the metric value must be a number/, "ERROR", { metricValue: "$size" });
  refused(/the metric value must be a number/, "ERROR", { metricValue: "one" });
  refused(/the metric value must be a number/, "", { metricValue: "" });
  refused(/a field of the filter pattern/, "[ip, size]", { metricValue: "$sise" });
  refused(/a field of the filter pattern/, "[ip, size]", { metricValue: "$0" });
  refused(/a field such as \$\.latency/, "{ $.a = 1 }", { metricValue: "latency" });
});

test("dimensions are read from the event, and one that is missing leaves no value", () => {
  const filter = compile("{ $.a = 1 }", { dimensions: { Code: "$.code", A: "$.a" } });
  assert.deepEqual(filter.evaluate('{"a": 1, "code": 404}'), {
    value: { value: 1, dimensions: { Code: "404", A: "1" } },
  });
  assert.deepEqual(filter.evaluate('{"a": 1}'), { value: undefined });
  assert.deepEqual(filter.evaluate('{"a": 1, "code": ""}'), { value: undefined });
  assert.deepEqual(filter.evaluate(`{"a": 1, "code": "${"x".repeat(1_025)}"}`), { value: undefined });
});

test("a dimension may have any name that CloudWatch takes", () => {
  const named = compile("[x]", { dimensions: { ["__proto__"]: "$x" } }).evaluate("7")?.value?.dimensions;
  assert.deepEqual(Object.entries(named ?? {}), [["__proto__", "7"]]);
  for (const name of ["", " ", ":a", "é", "a\n"]) {
    refused(/a dimension's name/, "[x]", { dimensions: { [name]: "$x" } });
  }
});

test("system fields become dimensions of any pattern", () => {
  const match = compile("ERROR", {}, { emitSystemFieldDimensions: ["@aws.region", "@aws.account"] }).evaluate("ERROR");
  assert.deepEqual(match?.value?.dimensions, { "@aws.region": "eu-west-1", "@aws.account": "111122223333" });
  refused(/is no system field/, "ERROR", {}, { emitSystemFieldDimensions: ["@aws.zone"] });
});

test("there are at most three dimensions, not with terms, and not with a default value", () => {
  const two = { a: "$a", b: "$b" };
  compile("[a, b]", { dimensions: two }, { emitSystemFieldDimensions: ["@aws.region"] });
  refused(
    /at most 3 dimensions/,
    "[a, b]",
    { dimensions: two },
    { emitSystemFieldDimensions: ["@aws.region", "@aws.account"] },
  );
  refused(/^The specified filter pattern does not support dimensions$/, "ERROR", { dimensions: { a: "$a" } });
  refused(
    /^Invalid metric transformation: dimensions and default value are mutually exclusive properties\.$/,
    "[a, b]",
    { dimensions: two, defaultValue: 0 },
  );
  refused(/default value must be a finite number/, "ERROR", { defaultValue: Number.NaN });
});

test("field selection decides for all events of the group", () => {
  const here = { fieldSelectionCriteria: '@aws.region = "eu-west-1"' };
  const there = { fieldSelectionCriteria: '@aws.region = "us-east-1"' };
  assert.equal(compile("ERROR", {}, here).evaluate("ERROR")?.value?.value, 1);
  assert.equal(compile("ERROR", {}, there).evaluate("ERROR"), undefined);
  refused(/^Invalid field selection criteria: .*characters 0 to 1/, "ERROR", {}, { fieldSelectionCriteria: "x" });
});

test("a pattern that cannot be read is refused, and one with a regular expression is marked", () => {
  assert.throws(() => compile("{ $.a = }", {}), FilterPatternError);
  assert.equal(compile("%a+%", {}).regex, true);
  assert.equal(compile("a", {}).regex, false);
});
