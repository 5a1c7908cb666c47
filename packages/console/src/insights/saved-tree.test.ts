import assert from "node:assert/strict";
import { test } from "node:test";
import { type Folder, foldersOf, withParameters } from "./saved-tree.ts";

const outline = (folder: Folder<{ name: string }>): unknown => [
  folder.path,
  folder.queries.map(({ label }) => label),
  folder.folders.map(outline),
];

test("slashes in names make folders", () => {
  const names = ["top", "web/slow", "web/errors/5xx", "web/errors/404", "db/slow", "web 10", "web 9"];
  assert.deepEqual(outline(foldersOf(names.map((name) => ({ name })))), [
    "",
    ["top", "web 9", "web 10"],
    [
      ["db", ["slow"], []],
      ["web", ["slow"], [["web/errors", ["5xx", "404"], []]]],
    ],
  ]);
});

test("slashes with nothing beside them make none", () => {
  assert.deepEqual(outline(foldersOf([{ name: "/lost" }, { name: "end/" }, { name: "a//b" }])), [
    "",
    ["/lost", "end/"],
    [["a", ["/b"], []]],
  ]);
});

test("parameters take the places of their names", () => {
  const f = (text: string, expected: string) => assert.equal(withParameters(text, new Map([["x", "$& 1"]])), expected);
  f("filter a = {{x}} and b = {{x}}", "filter a = $& 1 and b = $& 1");
  f("{{y}} {{ x }} {x}", "{{y}} {{ x }} {x}");
});
