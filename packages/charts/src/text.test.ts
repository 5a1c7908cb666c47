import assert from "node:assert/strict";
import { test } from "node:test";
import { fitText, oneLine, textWidth } from "./text.ts";

test("a text that fits is left as it is", () => assert.equal(fitText("CPUUtilization", 200, 11), "CPUUtilization"));

test("a text that does not fit ends with an ellipsis within the width", () => {
  const cut = fitText("a rather long label of a series", 80, 11);
  assert.match(cut, /^a rather.*…$/);
  assert.ok(textWidth(cut, 11) <= 80);
});

test("where nothing fits there is nothing", () => assert.equal(fitText("text", 5, 11), ""));

test("cutting leaves characters whole", () => {
  for (let width = 20; width < 120; width++) assert.ok(fitText("🙂🙂🙂🙂🙂🙂🙂🙂", width, 11).isWellFormed());
});

test("a text of a megabyte is cut at once", () => assert.ok(fitText("x".repeat(1_000_000), 1e9, 11).length <= 501));

test("a text is one line without characters that hide or turn round others", () => {
  assert.equal(oneLine("a\nb\tc\u2028d"), "a b c d");
  assert.equal(oneLine("gnp.\u202Eexe\u200b"), "gnp.exe");
  assert.equal(oneLine("\ud800x"), "\ufffdx");
});
