import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type DashboardBody, readDashboardBody } from "@nephoscope/languages/dashboard-body";
import { choicesOf, withChoices } from "./variables.ts";

const FUNCTIONS = readFileSync(
  new URL("../../../languages/src/dashboard-body/testdata/functions-with-variables.dashboard", import.meta.url),
  "utf8",
);
function bodyOf(text: string): DashboardBody {
  const { body } = readDashboardBody(text);
  assert.ok(body !== undefined);
  return body;
}
const body = bodyOf(FUNCTIONS);
const plain = (text: string, pattern: string, value: string) => text.replaceAll(pattern, value);
const metricsOf = (shown: DashboardBody | undefined) =>
  shown?.widgets.map(({ properties }) => ("metrics" in properties ? properties.metrics : undefined));

test("an address chooses values; else the defaults count, or the first that a search finds", () => {
  const f = (text: string, expected: readonly (readonly [string, string])[]) =>
    assert.deepEqual([...choicesOf(body.variables ?? [], new URLSearchParams(text), new Map())], expected);
  f("", [
    ["FunctionName", ""],
    ["region", "us-east-1"],
    ["account", ""],
  ]);
  f("var.region=eu-central-1&var.FunctionName=pay", [
    ["FunctionName", "pay"],
    ["region", "eu-central-1"],
    ["account", ""],
  ]);
  const first = { type: "property", property: "p", id: "x", inputType: "select", defaultValue: "__FIRST" } as const;
  assert.equal(choicesOf([first], new URLSearchParams(), new Map([["x", ["a", "b"]]])).get("x"), "a");
});

test("a property is replaced as a dimension's value, shorthand too, and expressions stay", () => {
  const shown = withChoices(body, new Map([["FunctionName", "pay"]]), plain);
  assert.deepEqual(metricsOf(shown), [
    [["AWS/Lambda", "Invocations", "FunctionName", "pay"]],
    [
      ["AWS/Lambda", "Errors", "FunctionName", "pay", { id: "errors", stat: "Sum", color: "#d62728" }],
      ["AWS/Lambda", "Invocations", "FunctionName", "pay", { id: "invocations", stat: "Sum", visible: false }],
      [
        {
          label: "Success rate (%)",
          id: "availability",
          yAxis: "right",
          region: "us-east-1",
          expression: "100 - 100 * errors / MAX([errors, invocations])",
        },
      ],
    ],
    [
      ["AWS/Lambda", "Throttles", "FunctionName", "pay"],
      ["AWS/Lambda", "Throttles", "FunctionName", "pay"],
    ],
  ]);
});

test("a pattern is replaced in every text, and nothing where no value is chosen", () => {
  const shown = withChoices(body, new Map([["region", "eu-central-1"]]), plain);
  assert.ok(!JSON.stringify(shown?.widgets).includes("us-east-1"));
  assert.equal(withChoices(body, new Map([["region", ""]]), plain), body);
});

test("a value that makes the body wrong gives none", () => {
  assert.equal(withChoices(body, new Map([["region", "<b>"]]), plain), undefined);
});
