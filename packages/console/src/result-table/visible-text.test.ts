import assert from "node:assert/strict";
import { test } from "node:test";
import { visiblePieces, visibleText } from "./visible-text.ts";

test("ordinary text in any script stays as it is", () => {
  for (const text of [
    "",
    "GET / 200",
    "a\tb\nc",
    "שלום עולם",
    "مرحبا",
    "日本語",
    "👩‍👩‍👧 ok",
    "<script>alert(1)</script>",
  ]) {
    assert.deepEqual(visiblePieces(text), [{ text, hidden: false, at: 0 }]);
    assert.equal(visibleText(text), text);
  }
});

test("what would hide or change the text is written out", () => {
  const f = (text: string, expected: string) => assert.equal(visibleText(text), expected);
  f("\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m");
  f("a\r\nb", "a\\r\nb");
  f("nul\0bell\u0007back\b", "nul\\0bell\\x07back\\b");
  f("user\u202egnp.exe", "user\\u202egnp.exe");
  f("\u2066isolated\u2069", "\\u2066isolated\\u2069");
  f("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff");
  f("c1\u009b31m", "c1\\x9b31m");
  f("half \ud83d end", "half \\ud83d end");
  f("tag\u{e0041}", "tag\\u{e0041}");
  f("line\u2028end", "line\\u2028end");
});

test("written-out characters are pieces of their own, next to each other in one", () => {
  assert.deepEqual(visiblePieces("a\u001b\u0007b"), [
    { text: "a", hidden: false, at: 0 },
    { text: "\\x1b\\x07", hidden: true, at: 1 },
    { text: "b", hidden: false, at: 3 },
  ]);
});
