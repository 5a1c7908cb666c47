import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonTree, summaryOf } from "./json-tree.ts";

test("an object becomes a tree, with numbers as they were written", () => {
  assert.deepEqual(jsonTree(' {"id":12345678901234567890,"rate":1.50,"ok":true,"none":null,"tags":["a",{}]} '), {
    kind: "record",
    items: [
      ["id", { kind: "leaf", text: "12345678901234567890", type: "number" }],
      ["rate", { kind: "leaf", text: "1.50", type: "number" }],
      ["ok", { kind: "leaf", text: "true", type: "word" }],
      ["none", { kind: "leaf", text: "null", type: "word" }],
      [
        "tags",
        {
          kind: "list",
          items: [
            ["0", { kind: "leaf", text: "a", type: "string" }],
            ["1", { kind: "record", items: [] }],
          ],
        },
      ],
    ],
  });
});

test("what is no JSON object or array has no tree", () => {
  for (const text of [
    "",
    "plain",
    "12",
    '"text"',
    "{not json}",
    "[1,",
    "{}x",
    `${"[".repeat(200)}${"]".repeat(200)}`,
  ]) {
    assert.equal(jsonTree(text), undefined, text.slice(0, 20));
  }
});

test("a folded part tells its size", () => {
  const f = (text: string, expected: string) => assert.equal(summaryOf(jsonTree(text) ?? assert.fail()), expected);
  f("{}", "{ 0 fields }");
  f('{"a":1}', "{ 1 field }");
  f("[1,2]", "[ 2 items ]");
});
