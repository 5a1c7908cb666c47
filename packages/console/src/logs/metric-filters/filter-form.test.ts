import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EMPTY_FORM,
  type FilterForm,
  faultsOf,
  formOf,
  pastedLines,
  patternFault,
  transformationOf,
} from "./filter-form.ts";

const good: FilterForm = {
  ...EMPTY_FORM,
  pattern: "[host, logName, user, timestamp, request, statusCode=404, size]",
  name: "accesslogs-404-errors",
  namespace: "WebsiteLogMetrics",
  metric: "accesslogs-404-errors",
  defaultValue: "0",
};

test("what is typed becomes the metric's transformation, and back", () => {
  const transformation = transformationOf(good);
  assert.deepEqual(transformation, {
    metricName: "accesslogs-404-errors",
    metricNamespace: "WebsiteLogMetrics",
    metricValue: "1",
    defaultValue: 0,
  });
  assert.deepEqual(
    formOf({ filterName: good.name, filterPattern: good.pattern, metricTransformations: [transformation] }),
    good,
  );
});

test("a good filter has no faults", () => {
  assert.deepEqual(faultsOf(good), {});
  assert.deepEqual(faultsOf({ ...good, pattern: "" }), {});
});

test("each fault stands at its field", () => {
  const f = (change: Partial<FilterForm>, field: keyof FilterForm, text: RegExp) =>
    assert.match(faultsOf({ ...good, ...change })[field] ?? "", text);
  f({ pattern: "[a, b" }, "pattern", /./);
  f({ name: "" }, "name", /needs a name/);
  f({ name: "a:b" }, "name", /no :/);
  f({ namespace: "AWS/Logs" }, "namespace", /AWS's own/);
  f({ metric: " " }, "metric", /needs a name/);
  f({ value: "" }, "value", /number/);
  f({ defaultValue: "x" }, "defaultValue", /number/);
  f({ dimensions: [{ name: "ip", selector: "$.ip" }] }, "defaultValue", /no default value/);
  f({ dimensions: [{ name: "ip", selector: "" }] }, "dimensions", /needs a name and a field/);
});

test("patterns are checked by the language itself", () => {
  assert.equal(patternFault('{ $.status = 404 && $.path = "/a*" }'), undefined);
  assert.notEqual(patternFault("{ $.status = "), undefined);
});

test("pasted lines are events; empty ones are none", () => {
  assert.deepEqual(pastedLines("a\r\n\n b \nc\n"), ["a", " b ", "c"]);
});
