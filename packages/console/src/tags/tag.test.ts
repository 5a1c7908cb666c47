import assert from "node:assert/strict";
import { test } from "node:test";
import { tagFault } from "./tag.ts";

test("a tag needs a key of its own", () => {
  const tags = [
    { key: "team", value: "a" },
    { key: "team", value: "b" },
    { key: "", value: "" },
    { key: "aws:x", value: "" },
  ];
  assert.deepEqual(
    tags.map((_, index) => tagFault(tags, index) === undefined),
    [true, false, false, false],
  );
});
