import assert from "node:assert/strict";
import { test } from "node:test";
import { type DocumentField, fieldFault, givenParameters, readFields } from "./document-form.ts";

const content = JSON.stringify({
  schemaVersion: "2.2",
  parameters: {
    commands: { type: "StringList", description: "What to run." },
    executionTimeout: { type: "String", default: "3600" },
    action: { type: "String", default: "configure", allowedValues: ["configure", "stop"] },
  },
});
const fields = readFields(content);
const field = (name: string): DocumentField => fields.find((one) => one.name === name) ?? assert.fail(name);

test("a document's parameters are read with type, default and choices", () => {
  assert.deepEqual(field("commands"), {
    name: "commands",
    isList: true,
    description: "What to run.",
    fallback: undefined,
    allowedValues: [],
  });
  assert.equal(field("executionTimeout").fallback, "3600");
  assert.deepEqual(field("action").allowedValues, ["configure", "stop"]);
  assert.deepEqual(readFields("{}"), []);
  assert.throws(() => readFields("no JSON"));
});

test("what is the default is not sent, and each line of a list is an item", () => {
  assert.deepEqual(
    givenParameters(fields, { commands: "set -e\n\necho a, b\n\n", executionTimeout: "3600", action: "stop" }),
    { commands: ["set -e", "", "echo a, b"], action: ["stop"] },
  );
});

test("a parameter without a default has to be given, and choices are kept", () => {
  assert.equal(fieldFault(field("commands"), " "), "This has to be given.");
  assert.equal(fieldFault(field("commands"), "ls"), undefined);
  assert.equal(fieldFault(field("executionTimeout"), ""), undefined);
  assert.equal(fieldFault(field("action"), "start"), "One of: configure, stop.");
});
