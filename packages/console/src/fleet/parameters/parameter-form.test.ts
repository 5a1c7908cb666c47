import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterNameFault, parameterValueFault, putInput } from "./parameter-form.ts";

test("names that PutParameter takes are good, others are told why", () => {
  for (const name of ["ConfigParamForEC2s", "/prod/web/port", "a.b-c_d", `/${Array(15).fill("a").join("/")}`]) {
    assert.equal(parameterNameFault(name), undefined, name);
  }
  for (const name of [
    "",
    "/aws/x",
    "ssmthing",
    "a/b",
    "a b",
    "ä",
    "/a/",
    "/a//b",
    "x".repeat(1_012),
    "/a".repeat(16),
  ]) {
    assert.ok(parameterNameFault(name), name);
  }
});

test("values are not empty, nor too large, nor lists with holes", () => {
  const good = (type: "String" | "StringList", value: string, expected: boolean) =>
    assert.equal(parameterValueFault(type, value) === undefined, expected, value);
  good("String", "a,,b", true);
  good("String", "", false);
  good("StringList", "a,b", true);
  good("StringList", "a,,b", false);
  good("String", "ä".repeat(4_096), true);
  good("String", "ä".repeat(4_097), false);
});

test("what is large is advanced, and only a SecureString has a key", () => {
  const form = { name: "n", type: "String", value: "v", description: "", keyId: "alias/mine" } as const;
  const plain = { Name: "n", Type: "String", Value: "v", Description: "", Overwrite: false };
  assert.deepEqual(putInput(form, false), plain);
  assert.deepEqual(putInput({ ...form, type: "SecureString" }, true), {
    ...plain,
    Type: "SecureString",
    Overwrite: true,
    KeyId: "alias/mine",
  });
  assert.deepEqual(putInput({ ...form, value: "x".repeat(4_097) }, false).Tier, "Advanced");
});
