import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyRefused, readIndexPolicy } from "./policy-document.ts";

const refused = (document: unknown, message: RegExp) =>
  assert.throws(
    () => readIndexPolicy(typeof document === "string" ? document : JSON.stringify(document)),
    (error: unknown) => error instanceof PolicyRefused && message.test(error.message),
  );

test("fields come with their types, in order", () => {
  const document = { Fields: ["a", "@logStream"], FieldsV2: { b: { type: "FACET" }, c: { type: "FIELD_INDEX" } } };
  assert.deepEqual(readIndexPolicy(JSON.stringify(document)), [
    { name: "a", type: "FIELD_INDEX" },
    { name: "@logStream", type: "FIELD_INDEX" },
    { name: "b", type: "FACET" },
    { name: "c", type: "FIELD_INDEX" },
  ]);
});

test("names differ by case, and any is a field's", () => {
  assert.equal(
    readIndexPolicy('{"Fields": ["a", "A", "@@own"], "FieldsV2": {"__proto__": {"type": "FACET"}}}').length,
    4,
  );
});

test("a document must be an object with at least one and at most 20 fields", () => {
  refused("{", /not valid JSON/);
  refused([], /must be a JSON object/);
  refused("null", /must be a JSON object/);
  refused({}, /at least one field/);
  refused({ Fields: [], FieldsV2: {} }, /at least one field/);
  refused({ Fields: Array.from({ length: 21 }, (_, i) => `f${i}`) }, /has 21 fields/);
  refused({ fields: ["a"] }, /unknown member fields/);
});

test("a field is named once, by a text of at most 100 characters", () => {
  refused({ Fields: ["a", "a"] }, /names the field a twice/);
  refused({ Fields: ["a"], FieldsV2: { a: { type: "FACET" } } }, /names the field a twice/);
  refused({ Fields: [""] }, /1 to 100 characters/);
  refused({ Fields: ["x".repeat(101)] }, /1 to 100 characters/);
  refused({ Fields: [1] }, /list of field names/);
  refused({ Fields: "a" }, /list of field names/);
  refused({ FieldsV2: ["a"] }, /object of field names/);
});

test("a type is one of the two, and three system fields are never indexed", () => {
  for (const type of ["facet", 1, null]) refused({ FieldsV2: { a: { type } } }, /FIELD_INDEX or FACET/);
  refused({ FieldsV2: { a: null } }, /FIELD_INDEX or FACET/);
  for (const name of ["@message", "@timestamp", "@log"]) refused({ Fields: [name] }, /cannot be indexed/);
});
