import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenAttributes, md5OfAttributes, readAttributes } from "./message-attributes.ts";

const text = (value: string, dataType = "String") => ({ dataType, value });

test("the digest is the one that AWS's clients compute", () => {
  // Made with the algorithm of the SQS developer guide in Python (hashlib, struct), outside this code.
  assert.equal(
    md5OfAttributes({ city: text("Any City"), population: text("1250800", "Number"), b: text("AAEC", "Binary.gif") }),
    "20d87e67ae12d9288867b629f3853d76",
  );
  assert.equal(md5OfAttributes({}), undefined);
});

test("attributes are chosen by name, by prefix or all", () => {
  const all = { "a.b": text("1"), "a.c": text("2"), a: text("3"), ab: text("4") };
  const f = (wanted: string[], expected: string[]) =>
    assert.deepEqual(Object.keys(chosenAttributes(all, wanted)), expected);
  f(["All"], ["a.b", "a.c", "a", "ab"]);
  f([".*"], ["a.b", "a.c", "a", "ab"]);
  f(["a.*"], ["a.b", "a.c", "a"]);
  f(["ab"], ["ab"]);
  f([], []);
});

test("what is no attribute is refused", () => {
  const f = (name: string, value: object, message: RegExp) =>
    assert.throws(() => readAttributes({ [name]: { DataType: "String", StringValue: "x", ...value } }), message);
  f("", {}, /names can contain/);
  f(".a", {}, /names can contain/);
  f("AWS.a", {}, /must not begin/);
  f("a", { DataType: "Text" }, /type prefixes/);
  f("a", { StringValue: "" }, /non-empty value/);
  f("a", { DataType: "Number", StringValue: "0x1" }, /to a number/);
  assert.throws(
    () =>
      readAttributes(
        Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "x" }])),
      ),
    /exceeds the allowed maximum \[10\]/,
  );
});
