import assert from "node:assert/strict";
import { test } from "node:test";
import { type TokenOf, tokensOf } from "./tokens.ts";

/** Every character a token of its own. */
const read = (text: string, start: number): TokenOf<"letter"> => {
  const letter = text.charAt(start);
  return { kind: "letter", text: letter, value: letter, span: { start, end: start + 1 } };
};
const f = (text: string, expected: string) =>
  assert.equal(
    tokensOf(text, read)
      .map(({ kind, text, span }) => (kind === "end" ? `end@${span.start}` : `${text}@${span.start}`))
      .join(" "),
    expected,
  );

test("blanks separate tokens and are none", () => f(" a\n\tb ", "a@1 b@4 end@6"));
test("an empty text has only its end", () => f("", "end@0"));
test("tokens and their list do not change", () => {
  const tokens = tokensOf("a", read);
  assert.ok(Object.isFrozen(tokens) && tokens.every(Object.isFrozen));
});
