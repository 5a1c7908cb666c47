import assert from "node:assert/strict";
import { test } from "node:test";
import { tagChanges } from "./tag-changes.ts";

const tags = (text: string) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((part) => ({ key: part.split("=")[0] ?? "", value: part.split("=")[1] ?? "" }));
const changes = (before: string, after: string, gone: readonly string[], put: string) =>
  assert.deepEqual(tagChanges(tags(before), tags(after)), { gone, put: tags(put) });

test("only what differs is removed or written", () => {
  changes("a=1 b=2", "a=1 b=2", [], "");
  changes("a=1 b=2", "b=3 c=", ["a"], "b=3 c=");
  changes("", "a=", [], "a=");
  changes("a=", "", ["a"], "");
});
