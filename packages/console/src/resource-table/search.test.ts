import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsWords } from "./search.ts";

test("a search finds all of its words, in any order and case", () => {
  const found = (text: string, search: string, expected: boolean) => assert.equal(holdsWords(text, search), expected);
  found("mi-1 Web-1 Role=web", "WEB mi-1", true);
  found("mi-1 Web-1 Role=web", "web db", false);
  found("anything", "", true);
  found("anything", "  ", true);
  found("a.b", "a*b", false);
});
