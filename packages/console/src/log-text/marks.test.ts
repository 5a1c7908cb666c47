import assert from "node:assert/strict";
import { test } from "node:test";
import { markedPieces } from "./marks.ts";

const f = (text: string, terms: string[], expected: string) =>
  assert.equal(
    markedPieces(text, terms)
      .map(({ text: piece, mark }) => (mark === undefined ? piece : `<${mark}:${piece}>`))
      .join(""),
    expected,
  );

test("terms are marked wherever they stand, in any case", () => {
  f("ERROR: an error", ["error"], "<0:ERROR>: an <0:error>");
  f("a b c", ["c", "a"], "<1:a> b <0:c>");
});

test("of terms at one place the longest counts", () =>
  f("authentication", ["auth", "authentication"], "<1:authentication>"));

test("without terms the text is one piece", () => {
  f("text", [], "text");
  f("text", [""], "text");
  f("", ["a"], "");
});

test("a text whose lower case is longer is left alone", () => f("İ error", ["error"], "İ error"));
