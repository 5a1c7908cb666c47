import assert from "node:assert/strict";
import { test } from "node:test";
import { checkParameters, ParametersRefused, placeholdersOf } from "./parameters.ts";

const names = (text: string, expected: string[]) => assert.deepEqual(placeholdersOf(text), expected);

test("placeholders are names in two braces", () => {
  names("fields @message", []);
  names("filter a = {{x}} and b = '{{_y1}}' or c = {{x}}", ["x", "_y1"]);
  names("{{ x }} {{1x}} {{}} {x} {{x}", []);
  names("{{{x}}}", ["x"]);
});

test("each placeholder needs its parameter, once there are parameters", () => {
  checkParameters("filter a = {{x}}", []);
  checkParameters("filter a = {{x}}", [{ name: "x" }, { name: "unused" }]);
  const refused = (text: string, parameters: { name: string }[], message: RegExp) =>
    assert.throws(
      () => checkParameters(text, parameters),
      (error: unknown) => error instanceof ParametersRefused && message.test(error.message),
    );
  refused("filter a = {{x}} and b = {{y}}", [{ name: "x" }], /\{\{y\}\}/);
  refused("filter a = {{x}}", [{ name: "x" }, { name: "x" }], /x is given twice/);
});
