import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestName } from "./spelling.ts";

test("a misspelt name finds the one that was meant, another finds none", () => {
  const names = ["strlen", "substr", "concat", "bin", "isIpInSubnet"];
  const f = (word: string, expected: string | undefined) => assert.equal(nearestName(word, names), expected);
  f("strlem", "strlen");
  f("STRLN", "strlen");
  f("cnocat", "concat");
  f("isIpInSubnte", "isIpInSubnet");
  f("bn", "bin");
  f("length", undefined);
  f("x", undefined);
  f("", undefined);
});
